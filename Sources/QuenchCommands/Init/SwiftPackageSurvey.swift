import Foundation
import QuenchProcesses
import QuenchState
import QuenchSuites
import SystemPackage

/// Surveys a Swift package by asking it.
struct SwiftPackageSurvey: Sendable {
  var launcher: Launcher
  var folder: FilePath

  /// Asks the package.
  ///
  /// - Throws: `SuiteError` when the package does not answer, `InitError` when it builds no program.
  func survey() async throws -> ServiceSurvey {
    let temporary = try TemporaryDirectory()
    defer { temporary.remove() }
    return try read(
      await PackageManifest.dump(
        folder, temporary: temporary.path, launcher: launcher,
        confinement: Confinement(writable: [temporary.path] + ProcessEnvironment.packageCaches, denied: [])
      ).manifest)
  }

  private func read(_ manifest: PackageManifest) throws(InitError) -> ServiceSurvey {
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
    let local = Set(manifest.targets.filter { $0.type != "test" }.map(\.name))
    let suites = manifest.targets.filter { $0.type == "test" }.map { target in
      let importsService = target.dependencies.contains { $0.name.map(local.contains) ?? false }
      return ServiceSurvey.Suite(
        name: Self.suiteName(target.name), filter: "\(target.name)\\.", needsInstances: !importsService)
    }
    var survey = ServiceSurvey(
      name: manifest.name, build: "swift build -c release --product \(program)",
      outputs: [".build/release/\(program)"],
      run: "./\(program)" + (hints.hasPortOption ? " --port ${PORT}" : ""), healthPath: hints.healthPath,
      suites: suites, guesses: guesses)
    survey.noteGuesses(from: hints)
    return survey
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
    return allowed.isEmpty ? "tests" : ServiceFolder.serviceName(allowed)
  }
}
