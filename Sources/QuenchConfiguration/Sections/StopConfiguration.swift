/// How a process is asked to end, and how long it has before it is killed.
public struct StopConfiguration: Sendable, Equatable, Codable {
  /// The signal that asks a process to end, by its name without `SIG`.
  public enum StopSignal: String, Sendable, CaseIterable, Codable {
    /// Terminate: the usual request to end in order.
    case term = "TERM"
    /// Interrupt, as from a terminal.
    case interrupt = "INT"
    /// Quit; some servers drain on it.
    case quit = "QUIT"
    /// Hang up.
    case hangUp = "HUP"
    /// Kill at once, without a grace period.
    case kill = "KILL"
    /// The first signal left to programs.
    case user1 = "USR1"
    /// The second signal left to programs.
    case user2 = "USR2"
  }

  /// The signal sent first.
  public var signal: StopSignal
  /// The time between that signal and the kill.
  public var grace: Duration

  /// TERM and ten seconds, unless given otherwise.
  public init(signal: StopSignal = .term, grace: Duration = .seconds(10)) {
    self.signal = signal
    self.grace = grace
  }
}
