import Generators
import QuenchConfiguration

/// Makes drafts that a `quench.yml` can hold, out of words chosen to be awkward in YAML.
struct RandomDraft {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  private static let words = [
    "true", "no", "~", "null", "42", "1.5", "0x1F", "a: b", "a #b", "#x", "- x", "? y", "it's", "\"q\"", "\\n",
    "${PORT}",
    "$(pwd)", "[a, b]", "{a: b}", "a,b", "*x", "&x", "!x", "|", ">", "%a", "@a", "`a`", "<<", "=", "é", "日本", "😀",
    " lead", "trail ", "a  b", "tab\there", "x:", ":x", "a:b", "2001-01-01", "12:30:45", ".5", "--flag", "a\u{A0}b",
    "a\u{200B}b", "a?b", "a!b", "y", "on",
  ]

  mutating func next() -> ConfigurationDraft {
    ConfigurationDraft(
      name: text(), build: maybe { $0.command() }, outputs: outputs(), run: command(multiline: true).command,
      health: health(), data: maybe { $0.path() }, suites: suites())
  }

  private mutating func maybe<Value>(_ make: (inout RandomDraft) -> Value) -> Value? {
    Bool.random(using: &generator) ? make(&self) : nil
  }

  private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

  private mutating func word() -> String { Self.words[number(0...(Self.words.count - 1))] }

  private mutating func text() -> String {
    (0..<number(1...3)).map { _ in word() }.joined(separator: [" ", "", "/"][number(0...2)])
  }

  private mutating func command(multiline: Bool = true) -> CommandConfiguration {
    let lines = (0..<(multiline ? number(1...3) : 1)).map { _ in text() }
    return CommandConfiguration(command: lines.joined(separator: "\n"), timeout: maybe { $0.duration() })
  }

  private mutating func duration() -> Duration { .milliseconds(number(1...10_000_000)) }

  private mutating func path() -> String {
    let path = "d/" + text().filter { $0 != "/" && $0 != "~" }
    return path + "x"
  }

  private mutating func outputs() -> [String] {
    (0..<number(0...3)).map { "\(path())\($0)" }
  }

  private mutating func health() -> HealthConfiguration {
    let probes: [HealthConfiguration.Probe] = [
      .tcp, .http(path: "/h?a=b&c=%20,{x}[y]:'*!"), .http(path: "/"), .command(command()), .grpc(service: nil),
      .grpc(service: "my.Service"),
    ]
    return HealthConfiguration(
      probe: probes[number(0...(probes.count - 1))], interval: duration(), timeout: duration(), rise: number(1...9),
      fall: number(1...9), startTimeout: duration())
  }

  private mutating func suites() -> [SuiteConfiguration] {
    let names = ["unit", "api", "0", "true", "no", "1e3", "a.b-c_d", "null"].shuffled(using: &generator)
    return names.prefix(number(0...4)).map { suite($0) }
  }

  private mutating func suite(_ name: String) -> SuiteConfiguration {
    let packages = [".", "Server", "a b/c"]
    let kind: SuiteConfiguration.Kind =
      Bool.random(using: &generator)
      ? .command(command())
      : .swiftTest(
        SwiftTestConfiguration(
          package: packages[number(0...2)], filter: maybe { $0.text() }, skip: maybe { $0.text() },
          product: maybe { $0.text() }))
    let origins: [SuiteConfiguration.TestsFrom] = [.revision, .workingTree, .named("v1.2~3"), .named("42")]
    return SuiteConfiguration(
      name: name, kind: kind, testsFrom: origins[number(0...3)],
      instances: [SuiteConfiguration.Instances.none, .count(1), .count(2)][number(0...2)], shards: number(1...2),
      timeout: maybe { $0.duration() }, environment: maybe { ["A": $0.text(), "B_2": "", "C": $0.text()] } ?? [:])
  }
}
