import QuenchDiagnostics

extension JobReport {
  /// The report on a search.
  public init(_ page: BisectionPage) {
    tone = page.tone
    annotations = page.culprits.map { culprit in
      Annotation(
        Excerpt.line("\(culprit.commit.id.prefix(7)) broke \(culprit.tests.joined(separator: ", "))").cut(to: 200),
        Excerpt.line("\(culprit.commit.subject), by \(culprit.commit.author)"))
    }
    outputs = [
      Output("found", String(!page.culprits.isEmpty)), Output("culprit", page.culprits.first?.commit.id ?? ""),
      Output("culprits", page.culprits.map(\.commit.id).joined(separator: " ")),
    ]
    parts = ["### \(page.tone.mark) \(page.result)\n\n\(Markdown.text(page.question)); \(Markdown.text(page.effort))"]
    for culprit in page.culprits {
      var lines = [
        "#### \(Markdown.code(String(culprit.commit.id.prefix(7)))) \(Markdown.text(culprit.commit.subject.cut(to: 100)))",
        "by \(Markdown.text(culprit.commit.author)); broke:",
        culprit.tests.prefix(50).map { "- \(Markdown.text($0))" }.joined(separator: "\n"),
      ]
      lines.append(
        Markdown.table(["", ""], culprit.facts.map { [Markdown.text($0.name), Markdown.text($0.value)] }))
      let changes = culprit.changes.prefix(20).map { change in
        [
          Markdown.code(change.path), change.added.map { "+\($0)" } ?? "binary",
          change.removed.map { "−\($0)" } ?? "binary",
        ]
      }
      if !changes.isEmpty { lines.append(Markdown.table(["changed", "added", "removed"], Array(changes))) }
      parts.append(lines.joined(separator: "\n\n"))
    }
    parts += page.endings.map { "- \(Markdown.text($0))" }
    let runs = page.runs.enumerated().map { index, run in
      [
        String(index + 1), "\(Markdown.code(String(run.revision.prefix(7)))) \(Markdown.text(run.subject.cut(to: 72)))",
        "\(run.state.tone.mark) \(Markdown.text(run.result.cut(to: 200)))", run.left.map(String.init) ?? "",
      ]
    }
    if !runs.isEmpty { parts.append(Markdown.table(["run", "commit", "result", "commits left"], runs)) }
  }
}
