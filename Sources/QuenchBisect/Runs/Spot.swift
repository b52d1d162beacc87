/// A place in the history where runs tell something.
enum Spot: Hashable, Sendable {
  /// A commit that may be the culprit: broken if the culprit is it or one of its ancestors.
  case candidate(Int)
  /// A good end or a merge base, by number: before the culprit, wherever that is.
  case before(Int)

  /// A number that grows from parents to children.
  var order: Int {
    switch self {
    case .candidate(let candidate): candidate
    case .before(let number): -1 - number
    }
  }
}
