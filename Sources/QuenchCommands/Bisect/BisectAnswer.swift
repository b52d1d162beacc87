import Foundation
import QuenchBisect
import QuenchDiagnostics
import QuenchGit

/// What a search came to, for people and as a document.
struct BisectAnswer {
  let search: BisectSearch
  let answer: Answer
  let seconds: Double
  /// The culprits, without a bad end that no path was changed at, and without a shallow clone's edge.
  let culprits: [Answer.Culprit]

  init(_ search: BisectSearch, seconds: Double) {
    self.search = search
    self.seconds = seconds
    let answer = search.bisection.answer, question = search.question
    self.answer = answer
    culprits = answer.culprits.filter { culprit in
      (!question.isBadOutside || culprit.revision != question.bad.id.description)
        && !question.cutOff.contains(culprit.revision)
    }
  }

  /// Found; or else not found although there is something; or else nothing to find.
  var exitStatus: ExitStatus {
    if !culprits.isEmpty { return culprits.contains(where: isDoubted) ? .inconclusive : .passed }
    return isUndecided || isUnproven ? .inconclusive : .failed
  }

  /// Whether runs to confirm a culprit showed something else than the search had taken for granted.
  private func isDoubted(_ culprit: Answer.Culprit) -> Bool {
    search.confirmations[culprit.revision]?.stands(for: assumption(of: culprit)) == false
  }

  /// Whether a culprit is one only because the search could not look further: at other paths, or past a shallow clone's edge.
  private var isUnproven: Bool { culprits.count < answer.culprits.count }

  /// Whether some test's search ended without its culprit, and not because there is none.
  private var isUndecided: Bool {
    answer.tests.contains { test in
      switch test.standing {
      case .open, .untestableLeft: true
      case .refused(.untestableEnd): true
      case .found, .refused: false
      }
    } || answer.tests.isEmpty && (!search.bisection.isFinished || isBadUntestable)
  }

  private var isBadUntestable: Bool { answer.untestable.contains(search.question.bad.id.description) }

  func show(_ console: Console, in repository: Repository) async throws {
    let style = console.style
    for culprit in culprits {
      let revision = try await repository.resolve(culprit.revision)
      console.result(
        style.bold("\(revision.id.abbreviated)  \(revision.subject.printable)")
          + style.dim("  \(revision.authorName.printable), \(revision.authorTime.ago())"))
      console.result("  broke  " + culprit.tests.map(name(of:)).joined(separator: "\n         "))
      for (name, value) in facts(of: culprit) {
        console.result("  \(name == "doubt" ? style.red(name.padded(to: 6)) : name.padded(to: 6)) \(value)")
      }
      await showChanges(of: revision, console, in: repository)
    }
    for line in endings { console.result(line) }
    for test in answer.tests {
      if case .untestableLeft(let left) = test.standing {
        for id in left {
          let revision = try await repository.resolve(id)
          console.result("  \(revision.id.abbreviated)  \(revision.subject.printable)")
        }
      }
    }
    console.result(style.dim(effort))
  }

  /// The files that a culprit changed, with the lines added and removed, the first of many.
  private func showChanges(of revision: Revision, _ console: Console, in repository: Repository) async {
    let most = 6
    guard console.format == .text, let changes = try? await repository.changes(of: revision, limit: most + 1) else {
      return
    }
    for change in changes.prefix(most) {
      let lines = change.lines.map { "+\($0.added) -\($0.removed)" } ?? "binary"
      console.result("         \(lines.padded(to: 10)) \(change.path.printableLine)")
    }
    if changes.count > most { console.result("         … more: git show --stat \(revision.id.abbreviated)") }
  }

  /// What is to be said beside the culprits: of each test that has none why, and what else was noticed.
  var endings: [String] {
    var lines: [String] = []
    for test in answer.tests {
      if let line = Self.ending(of: test) { lines.append("\(name(of: test.test)): \(line)") }
      lines += test.notices.map { "\(name(of: test.test)): \(Self.words($0))" }
    }
    for culprit in answer.culprits where search.question.cutOff.contains(culprit.revision) {
      lines.append(
        "it is \(culprit.revision.prefix(12)) or a commit before it: this clone is shallow, and its history is cut off there; "
          + "next: git fetch --unshallow")
    }
    if isUnproven, search.question.isBadOutside {
      lines.append(
        "none of the commits that changed \(search.command.paths.map(\.printable).joined(separator: ", ")) is to blame: "
          + "it still passes at the last of them; look without --paths")
    }
    if answer.tests.isEmpty {
      let bad = search.question.bad.id.abbreviated
      lines.append(isBadUntestable ? "\(bad) cannot be tested; next: quench verify \(bad)" : "nothing fails at \(bad)")
    }
    return lines
  }

  /// What it took.
  var effort: String {
    let earlier = search.runner.hasResumed ? ", and earlier ones" : ""
    return "\(search.runner.runs.counting("run"))\(earlier), \(search.runner.builds.counting("build")), "
      + seconds.asSeconds
  }

  /// A test as people know it: of a command, its words.
  func name(of test: String) -> String {
    if let readiness = Readiness(rawValue: test) { return "the service's \(readiness)" }
    let words = search.command.command
    return (words.isEmpty ? test : words.joined(separator: " ")).printable.cut(to: 120)
  }

  /// What speaks for a culprit, and against it: the runs next to it, and how sure it is.
  func facts(of culprit: Answer.Culprit) -> [(name: String, value: String)] {
    guard let test = culprit.tests.first else { return [] }
    var parts = [runs(of: test, at: culprit.revision)].compactMap(\.self)
    for parent in search.question.space.graph.parents(of: culprit.revision) {
      let isMissing = search.runner.observations.contains { $0.revision == parent && $0.has(test) == false }
      if let runs = isMissing ? "has no such test" : runs(of: test, at: parent) {
        parts.append("its parent \(parent.prefix(7)) \(runs)")
      }
    }
    var facts = [(name: "runs", value: parts.isEmpty ? "see quench history" : parts.joined(separator: ", "))]
    let assumption = assumption(of: culprit)
    facts.append(
      (
        "sure",
        assumption == .flaky
          ? "\(culprit.confidence > 0.999 ? "over 99.9" : String(format: "%.1f", culprit.confidence * 100)) %, "
            + "the test being flaky"
          : "if the test is deterministic; --confirm or --flaky asks whether it is"
      ))
    let confirmation = search.confirmations[culprit.revision], bad = search.question.bad.id.abbreviated
    switch confirmation?.revertPasses {
    case true?: facts.append(("revert", "reverting it makes \(bad) pass"))
    case false?: facts.append(("revert", "reverting it does not make \(bad) pass: something else fails it too"))
    case nil: break
    }
    switch confirmation?.stands(for: assumption) {
    case true?: facts.append(("confirmed", "by \((confirmation?.runs ?? 0).counting("run"))"))
    case false?:
      facts.append(
        (
          "doubt",
          "runs to confirm it disagreed: what fails at its parents was broken before; --flaky learns how often it errs"
        ))
    case nil: break
    }
    return facts
  }

  /// What a test came to at a revision, in words; nil where it did not run.
  private func runs(of test: String, at revision: String) -> String? {
    let results = search.runner.results(of: test, at: revision)
    guard !results.isEmpty else { return nil }
    let failures = results.count(where: \.self)
    return failures == 0
      ? "passed \(results.count.times)"
      : failures == results.count ? "failed \(results.count.times)" : "failed \(failures) of \(results.count) times"
  }

  func assumption(of culprit: Answer.Culprit) -> Assumption {
    answer.tests.contains { culprit.tests.contains($0.test) && $0.assumption == .flaky } ? .flaky : .deterministic
  }

  /// Why a test has no culprit; nil when it has one.
  static func ending(of test: TestAnswer) -> String? {
    switch test.standing {
    case .found: nil
    case .open: "not found yet; the same command goes on"
    case .untestableLeft(let left):
      "broken by one of \(left.count.counting("commit")), of which the rest cannot be tested"
    case .refused(let refusal): words(refusal)
    }
  }

  private static func words(_ refusal: Refusal) -> String {
    switch refusal {
    case .passesAtBad(let id): "it passes at the bad end \(id.prefix(12))"
    case .failsAtGood(let id):
      "it fails at the good end \(id.prefix(12)) already; name an earlier one with --good, or, where the bad end's tests do not "
        + "fit it, take each revision's own with --tests-from revision"
    case .failsAtMergeBase(let id):
      "it fails at the merge base \(id.prefix(12)): it was mended on the way to the good end, and never in the bad one"
    case .unchanged(let rate): "it fails at the same rate at both ends: \(Int((rate * 100).rounded())) %"
    case .untestableEnd(let id): "nothing is known of it at the end \(id.prefix(12)), where it did not run"
    }
  }

  static func words(_ notice: Notice) -> String {
    switch notice {
    case .brokenBefore(let broken, let fixed):
      "it was broken before, at \(broken.prefix(12)), and mended by \(fixed.prefix(12)); this is the later break"
    case .brokenElsewhere(let id): "it fails at \(id.prefix(12)) too, which does not contain the culprit"
    }
  }
}

extension Int {
  /// `once`, `twice`, `3 times`.
  fileprivate var times: String { self == 1 ? "once" : self == 2 ? "twice" : "\(self) times" }
}
