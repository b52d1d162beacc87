import Foundation
import QuenchProcesses
import QuenchState
import SystemPackage

/// What `swift package dump-package` says, as far as it matters here.
private struct Manifest: Decodable {
  struct Product: Decodable {
    var name: String
    var type: [String: [String]?]
    var targets: [String]
  }

  struct Target: Decodable {
    var name: String
    var type: String
    var dependencies: [Dependency]
  }

  /// A dependency is an object with one key, its kind, and a list whose first element is the name.
  struct Dependency: Decodable {
    var name: String?

    init(from decoder: any Decoder) throws {
      let kinds = try decoder.container(keyedBy: Kind.self)
      for kind in kinds.allKeys where kind.stringValue != "product" {
        var parts = try kinds.nestedUnkeyedContainer(forKey: kind)
        name = try parts.decodeIfPresent(String.self)
      }
    }

    struct Kind: CodingKey {
      var stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }
  }

  var name: String
  var products: [Product]
  var targets: [Target]
}

/// Surveys a Swift package by asking it.
struct SwiftPackageSurvey: Sendable {
  var launcher: Launcher
  var folder: FilePath

  /// Runs `swift package dump-package` and reads its answer.
  ///
  /// - Throws: `InitError` when the package does not answer or builds no program.
  func survey() async throws -> ServiceSurvey {
    let temporary = try TemporaryDirectory()
    defer { temporary.remove() }
    let answer = temporary.path.appending("package.json"), log = temporary.path.appending("log")
    let outcome = try await launcher.run(
      .shell(
        "exec swift package --package-path '\(folder)' --scratch-path '\(temporary.path.appending("scratch"))' dump-package > '\(answer)'",
        environment: ProcessEnvironment.allowed(temporaryDirectory: temporary.path), workingDirectory: folder),
      log: log, timeout: .seconds(120))
    guard outcome.isSuccess, let data = FileManager.default.contents(atPath: answer.string),
      let manifest = try? JSONDecoder().decode(Manifest.self, from: data)
    else {
      throw InitError(
        .packageUnreadable,
        "swift package dump-package in \(folder) ended with \(outcome.ending):\n"
          + outcome.lastLines.suffix(8).map { "  | \($0)" }.joined(separator: "\n"),
        remedy: "swift package dump-package")
    }
    return try read(manifest)
  }

  private func read(_ manifest: Manifest) throws(InitError) -> ServiceSurvey {
    var guesses: [String] = []
    let declared = manifest.products.filter { $0.type["executable"] != nil }.map(\.name)
    let executables = declared.isEmpty ? manifest.targets.filter { $0.type == "executable" }.map(\.name) : declared
    guard let program = executables.first(where: { $0.lowercased() == manifest.name.lowercased() }) ?? executables.first
    else {
      throw InitError(
        .noProgram, "the package \(manifest.name) builds no program",
        remedy: "add an .executableTarget to Package.swift")
    }
    if executables.count > 1 {
      guesses.append("of \(executables.joined(separator: ", ")), \(program) is taken for the service")
    }

    let hints = SourceHints(below: folder.appending("Sources"), extensions: ["swift"])
    if hints.healthPath == nil {
      guesses.append("no health path was found in the sources, so a connection counts as healthy")
    }
    if !hints.hasPortOption {
      guesses.append("the service is expected to listen on the port in the environment variable PORT")
    }
    let local = Set(manifest.targets.filter { $0.type != "test" }.map(\.name))
    let suites = manifest.targets.filter { $0.type == "test" }.map { target in
      let importsService = target.dependencies.contains { $0.name.map(local.contains) ?? false }
      return ServiceSurvey.Suite(
        name: Self.suiteName(target.name), filter: "\(target.name)\\.", command: nil, needsInstances: !importsService)
    }
    return ServiceSurvey(
      name: manifest.name, build: "swift build -c release --product \(program)",
      outputs: [".build/release/\(program)"],
      run: "./\(program)" + (hints.hasPortOption ? " --port ${PORT}" : ""), healthPath: hints.healthPath,
      suites: suites,
      guesses: guesses)
  }

  /// `OrdersAPITests` → `orders-api`.
  static func suiteName(_ target: String) -> String {
    var words = ""
    let letters = Array(target.hasSuffix("Tests") && target.count > 5 ? target.dropLast(5) : target[...])
    for (index, letter) in letters.enumerated() {
      let startsWord =
        letter.isUppercase && index > 0
        && (letters[index - 1].isLowercase || (index + 1 < letters.count && letters[index + 1].isLowercase))
      words += startsWord && !words.hasSuffix("-") ? "-\(letter.lowercased())" : letter.lowercased()
    }
    let allowed = words.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
    return allowed.isEmpty ? "tests" : allowed
  }
}
