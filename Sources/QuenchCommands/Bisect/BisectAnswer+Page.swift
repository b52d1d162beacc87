import QuenchBisect
import QuenchDiagnostics
import QuenchGit
import QuenchReports

extension BisectAnswer {
  /// How many commits the page's graph has; where there are more, those that something is known of.
  private static let mostCommits = 300
  /// How many columns the page's picture of the search has.
  private static let mostColumns = 160

  /// The answer as a page.
  func page(in repository: Repository) async throws -> BisectionPage {
    var culprits: [BisectionPage.Culprit] = []
    for culprit in self.culprits {
      let revision = try await repository.resolve(culprit.revision)
      let changes = try await repository.changes(of: revision, limit: 200)
      culprits.append(
        BisectionPage.Culprit(
          commit: VerdictPage.Commit(revision), tests: culprit.tests.map(name(of:)), facts: facts(of: culprit),
          changes: changes.map { ($0.path, $0.lines?.added, $0.lines?.removed) }))
    }
    let shown = self.shown
    var commits: [BisectionPage.Commit] = []
    let graph = search.question.space.graph.keeping(Set(shown).contains), probabilities = self.probabilities
    for id in shown {
      commits.append(
        BisectionPage.Commit(
          id: id, subject: try await repository.resolve(id).subject, parents: graph.parents(of: id),
          state: state(of: id),
          probability: probabilities[id] ?? 0))
    }
    let all = search.question.space
    let goods = search.question.goods.map(\.id.abbreviated).joined(separator: ", ")
    return BisectionPage(
      question: "bisect \(goods)..\(search.question.bad.id.abbreviated), \(all.count.counting("commit"))",
      tone: exitStatus == .passed ? .bad : exitStatus == .failed ? .idle : .doubt,
      result: exitStatus == .passed ? "FOUND" : exitStatus == .failed ? "NOTHING TO FIND" : "NOT FOUND",
      effort: effort, culprits: culprits, endings: endings, commits: commits,
      leftOut: all.count + all.goods.count + all.mergeBases.count - commits.count, runs: try await runs(in: repository))
  }

  /// The commits of the graph, the newest first.
  private var shown: [String] {
    let space = search.question.space
    let all = space.candidates.reversed() + space.goods + space.mergeBases
    guard all.count > Self.mostCommits else { return Array(all) }
    let run = Set(search.bisection.observations.map(\.revision)), likely = probabilities.filter { $0.value > 0.001 }
    return Array(
      all.filter { run.contains($0) || likely[$0] != nil || space.goods.contains($0) || space.mergeBases.contains($0) }
        .prefix(Self.mostCommits))
  }

  /// How likely each commit is to blame for the test that it is likeliest to have broken.
  private var probabilities: [String: Double] {
    Dictionary(candidates.map { ($0.revision, $0.probability) }) { first, _ in first }
  }

  private func state(of id: String) -> BisectionPage.State {
    let states = search.bisection.observations.filter { $0.revision == id }.map(state)
    return states.contains(.failed) ? .failed : states.contains(.passed) ? .passed : states.first ?? .unknown
  }

  private func state(_ observation: Observation) -> BisectionPage.State {
    if search.bisection.isSilent(observation) { return .untestable }
    return answer.tests.contains { observation.failed($0.test) == true } ? .failed : .passed
  }

  /// The runs, the last of them each with what was known after it: the search once more, without running anything.
  private func runs(in repository: Repository) async throws -> [BisectionPage.Run] {
    var replay = Bisection(
      search.question.space, tests: answer.tests.map(\.test), options: search.bisection.options)
    var runs: [BisectionPage.Run] = []
    let first = search.bisection.observations.count - BisectionPage.mostBeliefs
    for (number, observation) in search.bisection.observations.enumerated() {
      replay.report(observation)
      let failed = answer.tests.filter { observation.failed($0.test) == true }.map { name(of: $0.test) }
      let state = state(observation), belief = number >= first ? replay.likeliest : nil
      runs.append(
        BisectionPage.Run(
          revision: observation.revision, subject: try await repository.resolve(observation.revision).subject,
          state: state, result: failed.isEmpty ? state.word : "failed: \(failed.joined(separator: ", "))",
          left: belief.map { $0.count { $0 > 1e-9 } },
          belief: belief.map { HeatStrip($0, width: Self.mostColumns).cells }))
    }
    return runs
  }
}
