/// What came of asking for a rollback.
public enum HotRollback: Sendable, Equatable {
  /// The set is where it was to go.
  case done(HotMove)
  /// The instances of this revision are not up any more, so that it has to be deployed anew.
  case mustDeploy(String)
}

/// What a command did to the hot set.
public struct HotMove: Sendable, Equatable {
  /// The kinds of moves.
  public enum Kind: String, Sendable {
    /// New instances were started.
    case started
    /// Instances that were retained took over.
    case switched
    /// The set was there already, and its files and data were put back.
    case restored
    /// The set was there already.
    case unchanged
  }

  /// What was done.
  public var kind: Kind
  /// The commit the set was on before; nil when there was no set.
  public var from: String?
  /// The commit it is on now.
  public var to: String
  /// What of the instances that were dropped could not be cleaned up, in words.
  public var leftBehind: [String]

  /// Makes a move.
  public init(_ kind: Kind, from: String?, to: String, leftBehind: [String] = []) {
    self.leftBehind = leftBehind
    self.kind = kind
    self.from = from
    self.to = to
  }
}
