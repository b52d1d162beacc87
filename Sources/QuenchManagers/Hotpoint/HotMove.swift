/// What a command did to the hot set.
public struct HotMove: Sendable, Equatable {
  /// The kinds of moves.
  public enum Kind: String, Sendable {
    /// New instances were started.
    case started
    /// Instances that were retained took over.
    case switched
    /// The set was there already.
    case unchanged
  }

  /// What was done.
  public var kind: Kind
  /// The commit the set was on before; nil when there was no set.
  public var from: String?
  /// The commit it is on now.
  public var to: String

  /// Makes a move.
  public init(_ kind: Kind, from: String?, to: String) {
    self.kind = kind
    self.from = from
    self.to = to
  }
}
