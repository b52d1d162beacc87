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
    if !culprits.isEmpty { return .passed }
    return isUndecided || isUnproven ? .inconclusive : .failed
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
      for line in evidence(for: culprit, style) { console.result(line) }
    }
    for test in answer.tests {
      if let line = Self.ending(of: test) { console.result("\(name(of: test.test)): \(line)") }
      for notice in test.notices { console.result("\(name(of: test.test)): \(Self.words(notice))") }
      if case .untestableLeft(let left) = test.standing {
        for id in left {
          let revision = try await repository.resolve(id)
          console.result("  \(revision.id.abbreviated)  \(revision.subject.printable)")
        }
      }
    }
    for culprit in answer.culprits where search.question.cutOff.contains(culprit.revision) {
      console.result(
        "it is \(culprit.revision.prefix(12)) or a commit before it: this clone is shallow, and its history is cut off there; "
          + "next: git fetch --unshallow")
    }
    if isUnproven, search.question.isBadOutside {
      console.result(
        "none of the commits that changed \(search.command.paths.map(\.printable).joined(separator: ", ")) is to blame: "
          + "it still passes at the last of them; look without --paths")
    }
    if answer.tests.isEmpty {
      let bad = search.question.bad.id.abbreviated
      console.result(
        isBadUntestable ? "\(bad) cannot be tested; next: quench verify \(bad)" : "nothing fails at \(bad)")
    }
    let earlier = search.runner.hasResumed ? ", and earlier ones" : ""
    console.result(
      style.dim(
        "\(search.runner.runs.counting("run"))\(earlier), \(search.runner.builds.counting("build")), "
          + seconds.asSeconds))
  }

  /// A test as people know it: of a command, its words.
  private func name(of test: String) -> String {
    let words = search.command.command
    return (words.isEmpty ? test : words.joined(separator: " ")).printable.cut(to: 120)
  }

  /// The runs next to a culprit, and how sure it is.
  private func evidence(for culprit: Answer.Culprit, _ style: Style) -> [String] {
    guard let test = culprit.tests.first else { return [] }
    func runs(of revision: String) -> String? {
      let results = search.runner.results(of: test, at: revision)
      guard !results.isEmpty else { return nil }
      let failures = results.count(where: \.self)
      return failures == 0
        ? "passed \(results.count.times)"
        : failures == results.count ? "failed \(results.count.times)" : "failed \(failures) of \(results.count) times"
    }
    var parts = [runs(of: culprit.revision)].compactMap(\.self)
    for parent in search.question.space.graph.parents(of: culprit.revision) {
      if let runs = runs(of: parent) { parts.append("its parent \(parent.prefix(7)) \(runs)") }
    }
    var lines = ["  runs   " + (parts.isEmpty ? "see quench history" : parts.joined(separator: ", "))]
    let assumption = assumption(of: culprit)
    lines.append(
      assumption == .flaky
        ? "  sure   \(culprit.confidence > 0.999 ? "over 99.9" : String(format: "%.1f", culprit.confidence * 100)) %, "
          + "the test being flaky"
        : "  sure   if the test is deterministic; --confirm or --flaky asks whether it is")
    let confirmation = search.confirmations[culprit.revision]
    switch confirmation?.revertPasses {
    case true?: lines.append("  revert reverting it makes \(search.question.bad.id.abbreviated) pass")
    case false?:
      lines.append(
        "  revert reverting it does not make \(search.question.bad.id.abbreviated) pass: something else fails it too")
    case nil: break
    }
    switch confirmation?.stands(for: assumption) {
    case true?: lines.append("  confirmed by \((confirmation?.runs ?? 0).counting("run"))")
    case false?: lines.append(style.red("  doubt  runs to confirm it disagreed; --flaky learns how often it errs"))
    case nil: break
    }
    return lines
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
