/// Why a search cannot begin.
public enum BisectionError: Error, Hashable, Sendable {
  /// The graph has no such commit.
  case unknown(String)
  /// The commit is its own ancestor, which git cannot make.
  case cyclic(String)
  /// No good end was named.
  case noGoodEnd
  /// Both ends are this commit.
  case sameEnds(String)
  /// The ends are swapped: the bad one is an ancestor of the good one.
  case swapped(bad: String, good: String)
  /// The two have no common ancestor.
  case unrelated(bad: String, good: String)
}
