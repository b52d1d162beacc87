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
    guard let end = try await runner.observe(bad.id.description) else { throw none("no run was allowed") }
    guard case .ran(_, let failing) = end.result else { throw none("\(bad.id.abbreviated) cannot be tested") }
    let wanted = tests.isEmpty ? failing : failing.filter(tests.contains)
    guard !wanted.isEmpty else { throw none("nothing fails at \(bad.id.abbreviated)") }
    var step = 1, revision = bad
    while true {
      for _ in 0..<step {
        guard let parent = revision.parents.first else { break }
        revision = try await runner.revision(parent.description)
      }
      guard let seen = try await runner.observe(revision.id.description) else {
        throw none("no more runs were allowed")
      }
      if case .ran(let passed, let failed) = seen.result, Set(failed).isDisjoint(with: wanted),
        wanted.contains(where: passed.contains)
      {
        return revision
      }
      guard !revision.parents.isEmpty else { throw none("it fails, or cannot be tested, back to the first commit") }
      step *= 2
    }
  }

  private func none(_ reason: String) -> BisectFailure {
    BisectFailure(.noGoodEnd, "no good revision was found: \(reason)", remedy: "name one: quench bisect --good REV")
  }
}
