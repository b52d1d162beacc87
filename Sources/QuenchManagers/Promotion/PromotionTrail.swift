import QuenchLedger

/// The way production came to where it is: what was live one after the other, without what was left for good.
struct PromotionTrail: Sendable {
  /// What was live, what is live last.
  private(set) var builds: [PromotedBuild] = []
  /// Whether production was brought back since the last promotion.
  private(set) var isBack = false
  private let moves: [PromotionRecord]
  /// The promotions without a way back that are behind what is live, by their numbers.
  private var behind: Set<Int64> = []
  /// Those that were behind each build when it was last promoted, by its digest.
  private var behindBuilds: [String: Set<Int64>] = [:]

  /// Follows the moves, oldest first.
  init(_ moves: [PromotionRecord]) {
    self.moves = moves
    for move in moves { follow(move) }
  }

  private mutating func follow(_ move: PromotionRecord) {
    switch (move.kind, move.result) {
    case (.promotion, .promoted):
      if let to = move.to { builds.append(to) }
      if move.options.noWayBack != nil { behind.insert(move.id) }
      behindBuilds[move.digest ?? ""] = behind
      isBack = false
    case (.promotion, .reverted):
      isBack = true
    case (.rollback, .promoted):
      guard let to = move.to else { return }
      // Whoever has insisted on going behind one has it before him again.
      behind = behindBuilds[to.digest] ?? behind
      if let index = builds.lastIndex(where: { $0.digest == to.digest }) {
        builds.removeSubrange((index + 1)...)
        isBack = true
      } else {
        // A named revision may be ahead of what was live.
        builds.append(to)
        isBack = false
      }
    case (.rollback, _), (_, .refused), (_, nil):
      break
    }
  }

  /// Where a rollback goes.
  ///
  /// - Parameters:
  ///   - revision: the revision to go to; nil for what was live before.
  ///   - goesFurther: whether it goes on when production was brought back already.
  ///   - live: what is live.
  func target(revision: String?, goesFurther: Bool, live: PromotedBuild?) -> RollbackTarget {
    if let revision {
      if revision == live?.revision { return .here }
      guard let move = moves.last(where: { $0.revision == revision && $0.result == .promoted }), let build = move.to
      else {
        return .neverLive(revision)
      }
      return build.digest == live?.digest ? .here : .build(build)
    }
    if isBack, !goesFurther { return .here }
    guard builds.count > 1 else { return .nothingEarlier }
    return .build(builds[builds.count - 2])
  }

  /// The promotions without a way back that going to a build would undo: those that are behind what is live, and not
  /// behind the build.
  func crossed(goingTo build: PromotedBuild) -> [PromotionRecord] {
    guard let known = behindBuilds[build.digest] else { return [] }
    return moves.filter { behind.subtracting(known).contains($0.id) }
  }
}

/// Where a rollback goes.
public enum RollbackTarget: Sendable, Equatable {
  /// To a build that was live before.
  case build(PromotedBuild)
  /// Nowhere: production is there already.
  case here
  /// Nowhere: nothing was live before.
  case nothingEarlier
  /// To a revision that was never live.
  case neverLive(String)
}
