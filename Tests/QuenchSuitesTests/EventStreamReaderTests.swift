import Generators
import SystemPackage
import Testing

@testable import QuenchSuites

@Suite struct EventStreamReaderTests {
  private func results(
    _ fixture: String, unfinished: TestResult.Result = .crashed, message: String? = nil
  ) throws -> (tests: [String: TestResult], reader: EventStreamReader) {
    var reader = EventStreamReader(package: "/package")
    _ = reader.append(try Fixtures.bytes("event-streams/\(fixture).jsonl"))
    let results = reader.finish(unfinished: unfinished, message: message)
    return (Dictionary(uniqueKeysWithValues: results.map { ($0.id, $0) }), reader)
  }

  @Test(arguments: ["version-0", "version-1", "version-6.3"])
  func readsEveryVersion(fixture: String) throws {
    let (tests, reader) = try results(fixture)
    #expect(reader.sawRunEnded && reader.unreadableLines == 0)
    #expect(reader.unfinished.isEmpty && reader.neverStarted.isEmpty)
    #expect(tests.count == 13)
    let byResult = Dictionary(grouping: tests.values, by: \.result).mapValues { $0.map(\.id).sorted() }
    #expect(
      byResult == [
        .passed: ["Basics/allGood(_:)", "Basics/named()", "Basics/passes()", "Basics/prints()", "free()"].map {
          "BetaTests.\($0)"
        },
        .failed: ["fails()", "numbers(_:)", "requires()", "throwsError()"].map { "BetaTests.Basics/\($0)" },
        .skipped: ["Basics/cancels()", "Basics/skipped()", "Off/inner()"].map { "BetaTests.\($0)" },
        .knownIssue: ["BetaTests.Basics/known()"],
      ])
    let fails = try #require(tests["BetaTests.Basics/fails()"])
    #expect(fails.message == "Expectation failed: 1 == 2\nsum: it's off\nExpectation failed: \"a\" == \"b\"")
    #expect(fails.file == "Tests/BetaTests/Beta.swift" && fails.line == 6)
    #expect((fails.durationSeconds ?? -1) >= 0)
    #expect(tests["BetaTests.Basics/skipped()"]?.message == "not now")
    #expect(tests["BetaTests.Off/inner()"]?.message == "whole suite off")
    #expect(tests["BetaTests.Basics/cancels()"]?.message == "cancelled midway")
    #expect(tests["BetaTests.Basics/known()"]?.message == "Expectation failed: 1 == 3\nold bug")
    let numbers = try #require(tests["BetaTests.Basics/numbers(_:)"]?.message)
    if fixture == "version-6.3" {
      #expect(numbers.hasPrefix("2 issues in 4 cases\n"))
    } else {
      #expect(numbers.hasPrefix("2 of 4 cases failed\nwith "))
      #expect(numbers.contains("with 2: Expectation failed: (n % 2 → 0) == 1"))
      #expect(numbers.contains("with 4: Expectation failed: (n % 2 → 0) == 1"))
    }
  }

  @Test func tellsOverloadsApartAndFilesWhatBelongsToNoTest() throws {
    let (tests, reader) = try results("traits-and-overloads")
    #expect(reader.sawRunEnded)
    #expect(tests["GammaTests.Outer/over(_:)/Gamma.swift:18:4"]?.result == .passed)
    #expect(tests["GammaTests.Outer/over(_:)/Gamma.swift:19:4"]?.result == .failed)
    #expect(tests["GammaTests.Outer/`a raw / name with (parens)`()"]?.result == .passed)
    #expect(tests["GammaTests.Outer/Inner/deep()"]?.result == .passed)
    #expect(tests["(outside any test)"]?.result == .failed)
    #expect(tests["(outside any test)"]?.message == "Issue recorded\nfrom nowhere")
  }

  @Test func aSuiteThatFailsByItselfSpeaksForItsTests() throws {
    let (tests, reader) = try results("traits-and-overloads")
    #expect(tests["GammaTests.BadSuite"]?.result == .failed)
    #expect(tests["GammaTests.BadSuite"]?.message == "Caught error: Bad()")
    #expect(tests["GammaTests.Outer"] == nil)
    #expect(reader.neverStarted.isEmpty)
    #expect(tests["GammaTests.BadPrep/one()"]?.result == .failed, "it never began, yet recorded an issue")
  }

  @Test func afterACrashEveryStartedTestIsUnfinished() throws {
    let (tests, reader) = try results("crash-parallel", message: "signal 4 (ILL)")
    #expect(!reader.sawRunEnded)
    #expect(tests["BetaTests.Endings/crashes()"]?.result == .crashed)
    #expect(tests["BetaTests.Endings/crashes()"]?.message == "signal 4 (ILL)")
    #expect(reader.unfinished.contains("BetaTests.Endings/crashes()/Beta.swift:20:4"))
    let (serial, serialReader) = try results("crash-serial")
    #expect(serialReader.unfinished == ["BetaTests.Endings/crashes()/Beta.swift:20:4"])
    #expect(serial.values.filter { $0.result == .crashed }.count == 1)
    #expect(!serialReader.neverStarted.isEmpty)
  }

  @Test func anExitOrAHangIsNoEnd() throws {
    #expect(try !results("exit-zero").reader.sawRunEnded)
    let (tests, reader) = try results("hang", unfinished: .timedOut, message: "time ran out")
    #expect(!reader.sawRunEnded)
    #expect(tests["BetaTests.Endings/hangs()"]?.result == .timedOut)
    #expect(tests["BetaTests.Endings/bystander()"]?.result == .passed)
  }

  @Test func aRunWithoutTestsHasNoResults() throws {
    let (tests, reader) = try results("no-test")
    #expect(reader.sawRunEnded && tests.isEmpty)
  }

  @Test(arguments: ["version-0", "version-6.3", "traits-and-overloads", "crash-parallel"])
  func piecesOfAnySizeGiveTheSame(fixture: String) throws {
    let bytes = try Fixtures.bytes("event-streams/\(fixture).jsonl")
    var whole = EventStreamReader()
    let updates = whole.append(bytes)
    let expected = whole.finish()
    var byByte = EventStreamReader()
    #expect(bytes.flatMap { byByte.append([$0]) } == updates)
    #expect(byByte.finish() == expected)
    let ends = updates.filter { if case .ended = $0 { true } else { false } }
    #expect(!updates.isEmpty && ends.count <= expected.count)
  }

  @Test func aCutOffLastLineDoesNoHarm() throws {
    let bytes = try Fixtures.bytes("event-streams/version-0.jsonl")
    let lastLine = try #require(bytes.dropLast().lastIndex(of: UInt8(ascii: "\n")))
    for length in [lastLine + 1, lastLine + 30, bytes.count - 2] {
      var reader = EventStreamReader()
      _ = reader.append(bytes.prefix(length))
      #expect(reader.finish().count == 13)
      #expect(!reader.sawRunEnded && reader.unreadableLines == 0)
    }
    var reader = EventStreamReader()
    _ = reader.append(bytes.dropLast())
    _ = reader.finish()
    #expect(reader.sawRunEnded, "only the newline was missing")
  }

  @Test func unknownKindsAndFieldsAreIgnored() throws {
    var reader = EventStreamReader()
    let lines = [
      #"{"kind":"weather","payload":{"kind":"sunny"},"version":0}"#,
      #"{"kind":"event","payload":{"kind":"testDreamt","testID":"M.f()"},"version":"7.1"}"#,
      #"{"kind":"test","payload":{"kind":"function","id":"M.f()","shape":[1]},"version":"7.1","more":{}}"#,
      #"{"kind":"event","payload":{"kind":"testStarted","testID":"M.f()","instant":{"absolute":1}},"version":2}"#,
      #"{"kind":"event","payload":{"kind":"testEnded","testID":"M.f()","instant":{"absolute":3.5}},"version":2}"#,
      "",
    ]
    let updates = reader.append(lines.joined(separator: "\n").utf8)
    let passed = TestResult(id: "M.f()", framework: .swiftTesting, result: .passed, durationSeconds: 2.5)
    #expect(updates == [.started(id: "M.f()"), .ended(passed)])
    #expect(reader.unreadableLines == 0)
  }

  @Test func linesThatAreNoEventsAreCounted() {
    var reader = EventStreamReader()
    _ = reader.append("hello\n{}\n[1]\n{\"kind\":\"event\"}\n\n".utf8)
    #expect(reader.unreadableLines == 4)
    _ = reader.append(repeatElement(UInt8(ascii: "x"), count: EventStreamReader.longestLine + 2))
    _ = reader.append("\n".utf8)
    #expect(reader.unreadableLines == 5)
  }

  @Test func manyIssuesAreBounded() throws {
    var reader = EventStreamReader()
    let text = String(repeating: "long ", count: 2000)
    for _ in 0..<50 {
      _ = reader.append(
        (#"{"kind":"event","payload":{"kind":"issueRecorded","testID":"M.f()","issue":{"isKnown":false},"#
          + #""messages":[{"symbol":"fail","text":"\#(text)"}]},"version":0}"# + "\n").utf8)
    }
    let result = try #require(reader.finish().first)
    #expect(result.result == .failed)
    #expect((result.message?.count ?? 0) <= BoundedText.limit + 1)
  }

  @Test(arguments: 0..<8) func survivesAnyBytes(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for name in ["version-0", "version-6.3", "traits-and-overloads", "crash-parallel"] {
      let original = try Fixtures.bytes("event-streams/\(name).jsonl")
      for _ in 0..<15 {
        var reader = EventStreamReader(package: "/package")
        _ = reader.append(generator.mutated(original))
        let results = reader.finish()
        #expect(Set(results.map(\.id)).count == results.count, "seed \(seed), \(name): one result for each test")
      }
    }
  }
}
