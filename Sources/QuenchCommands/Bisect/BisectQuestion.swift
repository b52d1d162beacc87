import QuenchBisect
import QuenchGit

/// What is searched: the commits between the ends.
struct BisectQuestion: Sendable {
  let bad: Revision
  let goods: [Revision]
  let space: SearchSpace

  /// - Parameter names: what the ends were called by whoever asks.
  /// - Throws: `BisectFailure` with code `bisection-ends-invalid`; `GitError`.
  init(
    bad: Revision, goods: [Revision], names: (bad: String, goods: [String]), isFirstParent: Bool,
    in repository: Repository
  ) async throws {
    self.bad = bad
    self.goods = goods
    var builder = CommitGraphBuilder()
    for commit in try await repository.ancestry(of: [bad.id] + goods.map(\.id)) {
      builder.add(commit.id.description, parents: commit.parents.map(\.description))
    }
    do {
      let graph = try builder.graph()
      space = try SearchSpace(
        isFirstParent ? graph.firstParents() : graph, bad: bad.id.description, goods: goods.map(\.id.description))
    } catch {
      throw Self.failure(error, names, goods)
    }
  }

  private static func failure(
    _ error: BisectionError, _ names: (bad: String, goods: [String]), _ goods: [Revision]
  ) -> BisectFailure {
    func name(of good: String) -> String {
      zip(goods, names.goods).first { $0.0.id.description == good }?.1 ?? String(good.prefix(12))
    }
    switch error {
    case .sameEnds:
      return BisectFailure(
        .endsInvalid, "both ends are \(names.bad)", remedy: "quench bisect --good REV --bad REV, with two commits")
    case .swapped(_, let good):
      return BisectFailure(
        .endsInvalid, "\(name(of: good)) is not an ancestor of \(names.bad): the ends are the wrong way round",
        remedy: "quench bisect --good \(names.bad) --bad \(name(of: good))")
    case .unrelated(_, let good):
      return BisectFailure(
        .endsInvalid, "\(name(of: good)) is not an ancestor of \(names.bad), and they have no common history",
        remedy: "git merge-base \(name(of: good)) \(names.bad)")
    case .noGoodEnd, .unknown, .cyclic:
      return BisectFailure(.endsInvalid, "the commits do not make a history: \(error)", remedy: "git fsck")
    }
  }
}
