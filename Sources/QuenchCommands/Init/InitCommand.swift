import ArgumentParser
import Foundation
import QuenchConfiguration
import QuenchDiagnostics
import QuenchProcesses
import SystemPackage

/// `quench init`.
struct InitCommand: QuenchSubcommand {
  static let configuration = ArgumentParser.CommandConfiguration(
    commandName: "init",
    abstract: "Write quench.yml from what the service's folder says.",
    discussion: """
      A Swift package is asked by `swift package dump-package`; other services are known by their files. What had to \
      be guessed is said, for you to look at.

      EXAMPLES
        quench init                         for the service in this folder
        quench init --repository orders     for the one in another
      """)

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Replace a quench.yml that is there already.")
  var force = false

  func perform(_ console: Console) async throws -> ExitStatus {
    let folder = FilePath(FileManager.default.currentDirectoryPath).pushing(FilePath(global.repository))
      .lexicallyNormalized()
    let place = try InitPlace(of: folder)
    let file = global.config.map { folder.pushing(FilePath($0)) } ?? folder.appending(ConfigurationFile.name)
    guard force || !FileManager.default.fileExists(atPath: file.string) else {
      throw InitError(.exists, "\(file) is there already", remedy: "quench init --force replaces it")
    }
    let survey = try await survey(of: folder, in: place)
    do {
      try Data(QuenchYAML.text(of: ConfigurationDraft(survey)).utf8).write(
        to: URL(filePath: file.string), options: .atomic)
    } catch {
      throw InitError(.unwritable, "cannot write \(file)", remedy: "name another place with --config", cause: error)
    }
    console.result("wrote \(file)")
    console.result("  service   \(survey.name): \(survey.run)")
    for suite in survey.suites {
      console.result("  suite     \(suite.name)\(suite.needsInstances ? "" : ", which needs no instance")")
    }
    for guess in survey.guesses { console.result("  look at   \(guess)") }
    let first = place.repository == nil ? "git init, then " : ""
    console.result("next: \(first)commit \(file.lastComponent?.string ?? file.string), then: quench verify")
    try console.document(
      Document(
        file: file.string, service: survey.name, suites: survey.suites.map(\.name), guesses: survey.guesses))
    return .passed
  }

  /// The wire form of what was written, `quench.init/v1`.
  private struct Document: Encodable {
    var schema = "quench.init/v1"
    var file: String
    var service: String
    var suites: [String]
    var guesses: [String]
  }

  private func survey(of folder: FilePath, in place: InitPlace) async throws -> ServiceSurvey {
    let contents = ServiceFolder(folder)
    var survey =
      contents.has("Package.swift")
      ? try await SwiftPackageSurvey(launcher: Launcher.located(), folder: folder).survey()
      : FolderSurvey(folder: folder).survey()
    survey.addScripts(of: contents)
    survey.nameSuitesApart()
    survey.place(in: place.folder)
    survey.guesses += place.notes
    return survey
  }
}
