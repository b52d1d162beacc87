import QuenchBisect
import QuenchDiagnostics
import QuenchGit

/// Looks for a revision at which what fails at the bad end passes: back along first parents, in steps that double.
struct GoodEnd {
  let bad: Revision
  let tests: [String]
  let repository: Repository

  /// - Throws: `BisectFailure` with code `bisection-no-good-end` when there is none, or no run is left to find it.
  func find(_ runner: inout TrialRunner) async throws -> Revision {
    guard let end = try await runner.observe(bad.id.description) else { throw none(.undecided, "no run was allowed") }
    guard case .ran(_, let failing) = end.result else {
      throw none(.undecided, "\(bad.id.abbreviated) cannot be tested")
    }
    let wanted = tests.isEmpty ? failing : failing.filter(tests.contains)
    try BisectSearch.check(tests, in: end, of: bad)
    if wanted.isEmpty, Readiness.isLacking(in: failing) {
      throw none(.undecided, "\(bad.id.abbreviated) cannot be tested")
    }
    guard !wanted.isEmpty else { throw none(.noGoodEnd, "nothing fails at \(bad.id.abbreviated)") }
    var step = 1, revision = bad
    while true {
      for _ in 0..<step {
        guard let parent = revision.parents.first else { break }
        revision = try await runner.revision(parent.description)
      }
      guard let seen = try await runner.observe(revision.id.description) else {
        throw none(.undecided, "no more runs were allowed")
      }
      if case .ran(let passed, let failed) = seen.result, Set(failed).isDisjoint(with: wanted),
        wanted.contains(where: passed.contains)
      {
        return revision
      }
      guard !revision.parents.isEmpty else {
        guard await !repository.isShallow else {
          throw BisectFailure(
            .undecided, "it fails, or cannot be tested, back to where this shallow clone's history is cut off",
            remedy: "git fetch --unshallow")
        }
        throw none(.noGoodEnd, "it fails, or cannot be tested, back to the first commit")
      }
      step *= 2
    }
  }

  private func none(_ code: BisectFailure.Code, _ reason: String) -> BisectFailure {
    BisectFailure(code, "no good revision was found: \(reason)", remedy: "name one: quench bisect --good REV")
  }
}
