import QuenchBisect
import QuenchGit

/// What is searched: the commits between the ends.
struct BisectQuestion: Sendable {
  let bad: Revision
  let goods: [Revision]
  let space: SearchSpace
  /// Whether the bad end is there as an end alone: it changed none of the paths that are asked about.
  let isBadOutside: Bool
  /// The candidates whose parents a shallow clone lacks.
  let cutOff: Set<String>

  /// - Parameter names: what the ends were called by whoever asks.
  /// - Throws: `BisectFailure` with code `bisection-ends-invalid`; `GitError`.
  init(
    bad: Revision, goods: [Revision], names: (bad: String, goods: [String]), isFirstParent: Bool, paths: [String],
    in repository: Repository
  ) async throws {
    self.bad = bad
    self.goods = goods
    var builder = CommitGraphBuilder()
    var ids: [String: ObjectID] = [:]
    let isShallow = await repository.isShallow
    var cutOff: Set<String> = []
    for commit in try await repository.ancestry(of: [bad.id] + goods.map(\.id)) {
      if isShallow, commit.parents.isEmpty { cutOff.insert(commit.id.description) }
      if !paths.isEmpty { ids[commit.id.description] = commit.id }
      builder.add(commit.id.description, parents: commit.parents.map(\.description))
    }
    self.cutOff = cutOff
    let ends = (bad: bad.id.description, goods: goods.map(\.id.description))
    do {
      let graph = try builder.graph()
      let whole = try SearchSpace(isFirstParent ? graph.firstParents() : graph, bad: ends.bad, goods: ends.goods)
      guard !paths.isEmpty else {
        (space, isBadOutside) = (whole, false)
        return
      }
      let changing = try await repository.changing(paths, among: whole.candidates.compactMap { ids[$0] })
      guard !changing.isEmpty else {
        let range = "\(names.goods.first ?? goods[0].id.abbreviated)..\(names.bad)"
        throw BisectFailure(
          .endsInvalid, "no commit of \(range) changed anything at \(paths.joined(separator: ", "))",
          remedy: "git log --oneline \(range) -- \(paths.joined(separator: " "))")
      }
      isBadOutside = !changing.contains(bad.id)
      let kept = Set(changing.map(\.description) + [ends.bad] + ends.goods + whole.mergeBases)
      space = try SearchSpace(whole.graph.keeping(kept.contains), bad: ends.bad, goods: ends.goods)
    } catch let error as BisectionError {
      throw Self.failure(error, isShallow: isShallow, names, goods)
    }
  }

  private static func failure(
    _ error: BisectionError, isShallow: Bool, _ names: (bad: String, goods: [String]), _ goods: [Revision]
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
        .endsInvalid,
        "\(name(of: good)) is not an ancestor of \(names.bad), and they have no common history"
          + (isShallow ? " in this clone, which is shallow" : ""),
        remedy: isShallow ? "git fetch --unshallow" : "git merge-base \(name(of: good)) \(names.bad)")
    case .noGoodEnd, .unknown, .cyclic:
      return BisectFailure(.endsInvalid, "the commits do not make a history: \(error)", remedy: "git fsck")
    }
  }
}
