import QuenchBisect
import QuenchDiagnostics
import QuenchGit

extension BisectAnswer {
  /// The answer in its wire form.
  func document(in repository: Repository) async throws -> BisectionDocument {
    let reruns = search.confirmations.values.map(\.runs).reduce(0, +)
    var named: [BisectionDocument.Culprit] = []
    for culprit in culprits {
      let revision = try await repository.resolve(culprit.revision)
      named.append(
        BisectionDocument.Culprit(
          revision: culprit.revision, subject: revision.subject, author: revision.authorName,
          confidence: culprit.confidence, tests: culprit.tests,
          confirmed: search.confirmations[culprit.revision]?.stands(for: assumption(of: culprit)),
          revertPasses: search.confirmations[culprit.revision]?.revertPasses))
    }
    return BisectionDocument(
      found: exitStatus == .passed, culprits: named, candidates: candidates,
      runs: search.runner.runs - reruns,
      builds: search.runner.builds, confirmations: reruns + search.confirmations.values.map(\.reverts).reduce(0, +),
      skipped: answer.untestable,
      flake: BisectionDocument.Flake(
        falseFail: answer.tests.map(\.flakes.falseFail).max() ?? 0,
        falsePass: answer.tests.map(\.flakes.falsePass).max() ?? 0),
      assumption: (answer.tests.contains { $0.assumption == .flaky } || search.command.flaky
        ? Assumption.flaky : .deterministic).rawValue,
      elapsedSeconds: seconds, resumed: search.runner.hasResumed,
      tests: answer.tests.map { test in
        BisectionDocument.Test(
          id: test.test, assumption: test.assumption.rawValue, status: test.standing.code,
          result: Self.ending(of: test) ?? "found", notices: test.notices.map(Self.words))
      },
      ends: BisectionDocument.Ends(
        bad: search.question.bad.id.description, good: search.question.goods.map(\.id.description)),
      trials: search.bisection.observations.map { observation in
        let tests = answer.tests.map(\.test)
        return BisectionDocument.Trial(
          revision: observation.revision, untestable: search.bisection.isSilent(observation),
          passed: tests.filter { observation.failed($0) == false && observation.has($0) == true },
          failed: tests.filter { observation.failed($0) == true })
      })
  }

  /// The commits that may be to blame, each with its probability for the test it is most likely to have broken.
  var candidates: [BisectionDocument.Candidate] {
    var best: [String: Double] = [:]
    for test in answer.tests {
      for candidate in test.candidates {
        best[candidate.revision] = max(best[candidate.revision] ?? 0, candidate.probability)
      }
      // The posterior knows nothing of what cannot be tested.
      if case .untestableLeft(let left) = test.standing {
        for id in left { best[id] = max(best[id] ?? 0, 1 / Double(left.count)) }
      }
    }
    return best.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
      BisectionDocument.Candidate(revision: $0.key, probability: $0.value)
    }
  }
}

extension Standing {
  /// Its name in documents.
  fileprivate var code: String {
    switch self {
    case .found: "found"
    case .open: "open"
    case .untestableLeft: "untestable-left"
    case .refused(.passesAtBad): "passes-at-bad"
    case .refused(.failsAtGood): "fails-at-good"
    case .refused(.failsAtMergeBase): "fails-at-merge-base"
    case .refused(.unchanged): "unchanged"
    case .refused(.untestableEnd): "untestable-end"
    }
  }
}
