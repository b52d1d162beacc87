/// What a committed change to the ledger outlives.
public enum Durability: Sendable {
  /// The end of any process, at any instruction; the last changes may go with the machine's power.
  case normal
  /// The loss of power as well: the commit returns when the disk has it. For promotions.
  case full

  /// SQLite's word for it.
  var synchronous: String {
    switch self {
    case .normal: "NORMAL"
    case .full: "FULL"
    }
  }
}
