import SystemPackage

/// Surveys a service that is not a Swift package by the files that its kind is known by.
struct FolderSurvey: Sendable {
  var folder: FilePath

  func survey() -> ServiceSurvey {
    let folder = ServiceFolder(folder)
    var survey =
      ServiceSurvey(node: folder) ?? ServiceSurvey(go: folder) ?? ServiceSurvey(rust: folder)
      ?? ServiceSurvey(python: folder) ?? ServiceSurvey(scripts: folder)
    let hints = SourceHints(
      below: folder.path, extensions: ["py", "js", "ts", "mjs", "cjs", "go", "rs", "rb", "java", "sh"])
    survey.healthPath = hints.healthPath
    if hints.hasPortOption, !survey.run.contains("PORT") {
      // npm keeps the options before `--` to itself.
      survey.run += (survey.run == "npm start" ? " --" : "") + " --port ${PORT}"
    }
    survey.noteGuesses(from: hints)
    return survey
  }
}

extension ServiceSurvey {
  /// A service that nothing but its own scripts tells about, if anything does.
  fileprivate init(scripts folder: ServiceFolder) {
    let program = ["run.sh", "start.sh", "serve.sh"].first(where: folder.hasProgram)
    self.init(name: folder.serviceName, outputs: ["."], run: "./\(program ?? "run.sh")")
    guesses.append(
      program.map { "\($0) is taken for the service" }
        ?? "nothing here says how the service is built or run: service.build, outputs and run are yours to fill in")
    guesses.append("the artifact is all that is committed; name less in service.outputs, and builds can be incremental")
  }

  /// Says what the sources left to be guessed.
  mutating func noteGuesses(from hints: SourceHints) {
    if !run.contains("PORT"), !hints.hasPortVariable {
      guesses.append("the service is expected to listen on the port in the environment variable PORT")
    }
    if healthPath == nil {
      guesses.append("no health path was found in the sources, so a connection counts as healthy")
    }
  }
}
