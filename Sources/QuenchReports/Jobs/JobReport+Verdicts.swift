import Foundation
import QuenchDiagnostics
import QuenchEvidence
import QuenchSuites

extension JobReport {
  /// How many failures are told in full.
  private static let mostFailures = 50
  /// How many failures are annotations, at the most; no system shows more.
  private static let mostAnnotations = 100

  /// The report on the verification of a revision, or of a range's, the newest first.
  ///
  /// - Parameters:
  ///   - verdicts: each with the first line of its commit's message.
  ///   - left: how many revisions there was no time for.
  public init(_ verdicts: [(verdict: Verdict, subject: String)], notVerified left: Int = 0) {
    let results = verdicts.map(\.verdict.result) + (left > 0 ? [.inconclusive] : [])
    let result = Outcome.worst(of: results)
    tone = result.tone
    annotations = []
    for (verdict, _) in verdicts where annotations.count < Self.mostAnnotations {
      annotations += Self.annotations(verdict, limit: Self.mostAnnotations - annotations.count)
    }
    outputs = [
      Output("result", result.rawValue), Output("revision", verdicts.first?.verdict.revision ?? ""),
      Output("digest", verdicts.first?.verdict.build?.digest ?? ""),
      Output("attestation", verdicts.first?.verdict.attestation ?? ""),
    ]
    parts = [Self.heading(verdicts, result), Self.table(verdicts)]
    if left > 0 { parts.append("\(left.counting("revision")) not verified: the time limit was reached.") }
    for (verdict, _) in verdicts { parts += Self.details(verdict, isOne: verdicts.count == 1) }
  }

  private static func heading(_ verdicts: [(verdict: Verdict, subject: String)], _ result: Outcome) -> String {
    let what =
      verdicts.count == 1
      ? "\(Markdown.code(String(verdicts[0].verdict.revision.prefix(7)))) \(Markdown.text(verdicts[0].subject.cut(to: 100)))"
      : verdicts.count.counting("revision")
    return "### \(result.tone.mark) \(result.rawValue) \(what)"
  }

  /// Commits by suites.
  private static func table(_ verdicts: [(verdict: Verdict, subject: String)]) -> String {
    var suites: [String] = []
    for suite in verdicts.flatMap(\.verdict.suites) where !suites.contains(suite.name) { suites.append(suite.name) }
    let rows = verdicts.map { verdict, subject in
      let cells = suites.map { name in
        verdict.suites.first { $0.name == name }.map {
          "\($0.soundResult.tone.mark) \(SuiteCounts($0)), \($0.durationSeconds.asSeconds)"
        } ?? ""
      }
      return [
        "\(Markdown.code(String(verdict.revision.prefix(7)))) \(Markdown.text(subject.cut(to: 72)))",
        "\(verdict.result.tone.mark) \(verdict.result.rawValue)",
      ] + cells
    }
    return Markdown.table(["commit", "verdict"] + suites.map { Markdown.text($0) }, rows)
  }

  /// What a table has no room for: why, what failed, and what was tested.
  private static func details(_ verdict: Verdict, isOne: Bool) -> [String] {
    var parts: [String] = []
    let name = isOne ? "" : " at \(Markdown.code(String(verdict.revision.prefix(7))))"
    if let reason = verdict.reason { parts.append("**Why\(name)**\n\n\(Markdown.block(reason))") }
    for suite in verdict.suites {
      if let reason = suite.reason {
        parts.append("**\(Markdown.text(suite.name))\(name)**\n\n\(Markdown.block(reason))")
      }
    }
    let failures = verdict.suites.flatMap { suite in
      suite.tests.filter { $0.result.tone == .bad }.map { (suite: suite, test: $0) }
    }
    for (suite, test) in failures.prefix(mostFailures) {
      let place = Place(of: test, in: verdict.suiteDescriptions[suite.name])
      let revision = isOne ? "" : " at \(verdict.revision.prefix(7))"
      // In a block of HTML nothing is Markdown.
      let head = HTMLScalars().escapeText(Excerpt.line("\(test.id)\(revision)\(place.map { " — \($0)" } ?? "")"))
      parts.append(
        "<details open><summary>\(Tone.bad.mark) <code>\(head)</code></summary>\n\n"
          + "\(Markdown.block(test.message ?? test.result.word))\n\n</details>")
    }
    if failures.count > mostFailures {
      parts.append("… and \((failures.count - mostFailures).counting("failure")) more")
    }
    for test in verdict.flakiness ?? [] where test.failures > 0 && test.failures < test.runs {
      parts.append(
        "\(Tone.doubt.mark) flaky: \(Markdown.text(test.test)) failed \(test.failures) of \(test.runs.counting("run"))")
    }
    guard isOne, let build = verdict.build else { return parts }
    parts.append(
      "Tested: \(Markdown.code("sha256:\(build.digest)")), on \(verdict.instances.count.counting("hot instance")), "
        + "isolation \(Markdown.text(verdict.isolation))"
        + (verdict.attestation.map { "; signed: \(Markdown.code($0))" } ?? "; not signed"))
    return parts
  }

  private static func annotations(_ verdict: Verdict, limit: Int) -> [Annotation] {
    var annotations: [Annotation] = []
    if let reason = verdict.reason, verdict.result != .passed {
      annotations.append(Annotation("\(verdict.service): \(verdict.result.rawValue)", Excerpt.text(reason)))
    }
    for suite in verdict.suites where suite.soundResult != .passed {
      let failed = suite.tests.filter { $0.result.tone == .bad }
      for test in failed.prefix(limit) {
        let place = Place(of: test, in: verdict.suiteDescriptions[suite.name])
        annotations.append(
          Annotation(
            Excerpt.line("\(suite.name): \(test.id)"), Excerpt.text(test.message ?? test.result.word),
            file: place?.file, line: place?.line))
      }
      if failed.isEmpty || suite.reason != nil {
        annotations.append(
          Annotation("\(suite.name): \(suite.soundResult.rawValue)", Excerpt.text(suite.reason ?? "no test passed")))
      }
    }
    return Array(annotations.prefix(limit))
  }

  /// Where a test is, from the root of the repository.
  private struct Place: CustomStringConvertible {
    let file: String, line: Int?

    init?(of test: TestResult, in suite: SuiteDescription?) {
      guard let file = test.file else { return nil }
      let package = suite?.package ?? "."
      self.file = package == "." || file.hasPrefix("/") ? file : "\(package)/\(file)"
      line = test.line
    }

    var description: String { line.map { "\(file):\($0)" } ?? file }
  }
}
