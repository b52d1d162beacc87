/// What GitHub Actions is told.
extension JobReport {
  /// How many errors of a step it shows.
  private static let mostForGitHub = 10

  /// The lines that make annotations; one line stands for those that there is no room for.
  public var annotationsForGitHub: [String] {
    // What failed elsewhere shows beside what failed here: nothing that passed makes an annotation.
    var shown = annotations
    if shown.count > Self.mostForGitHub {
      shown = Array(shown.prefix(Self.mostForGitHub - 1))
      shown.append(Annotation("quench", "\(annotations.count - shown.count) more failures are in the summary"))
    }
    let level = tone == .bad ? "error" : "warning"
    return shown.map { annotation in
      WorkflowCommand(
        github: level,
        [("file", annotation.file), ("line", annotation.line.map(String.init)), ("title", annotation.title)],
        annotation.message.isEmpty ? annotation.title : annotation.message
      ).description
    }
  }

  /// The step's outputs, for the file that `GITHUB_OUTPUT` names.
  public var outputsForGitHub: String {
    outputs.map { "\($0.name)=\($0.value.filter { !$0.isNewline })\n" }.joined()
  }
}

/// What Azure Pipelines is told.
extension JobReport {
  /// The lines that log issues and set output variables.
  public var annotationsForAzure: [String] {
    let level = tone == .bad ? "error" : "warning"
    let issues = annotations.map { annotation in
      WorkflowCommand(
        azure: "task.logissue",
        [("type", level), ("sourcepath", annotation.file), ("linenumber", annotation.line.map(String.init))],
        "\(annotation.title): \(annotation.message)")
    }
    let variables = outputs.map { output in
      WorkflowCommand(
        azure: "task.setvariable", [("variable", "quench_\(output.name)"), ("isOutput", "true")],
        output.value.filter { !$0.isNewline })
    }
    return (issues + variables).map(\.description)
  }

  /// The line that has a file of Markdown shown as a summary.
  public static func summaryForAzure(_ path: String) -> String {
    WorkflowCommand(azure: "task.uploadsummary", [], path).description
  }
}

/// What Buildkite is told.
extension JobReport {
  /// How its annotation looks.
  public var styleForBuildkite: String {
    switch tone {
    case .good: "success"
    case .bad: "error"
    case .doubt: "warning"
    case .idle: "info"
    }
  }
}
