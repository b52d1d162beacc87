/// One thing that happened in a simulation.
public struct TraceEntry: Hashable, Sendable {
  /// What it was.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// A request came; `subject` is its flow's number.
    case arrived
    /// An instance began work on a request; `subject` is the instance's number, cold ones first.
    case begun
    /// A request was answered; `subject` is the instance's number.
    case served
    /// A request was lost; `subject` is its flow's number.
    case lost
    /// An instance failed; `subject` is its number.
    case failed
    /// An instance was repaired; `subject` is its number.
    case repaired
    /// The balancer took an instance out; `subject` is its number.
    case takenOut = "taken out"
    /// The balancer put an instance back; `subject` is its number.
    case putBack = "put back"
    /// Requests of a flow go to other instances than before; `subject` is the flow's number.
    case switched
  }

  /// When, in seconds since the beginning.
  public let time: Double
  /// What.
  public let kind: Kind
  /// The number of the flow or the instance.
  public let subject: Int
}
