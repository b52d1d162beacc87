/// An instance with who made it and how it is: what the next command needs to end what a killed one left behind.
public struct InstanceEntry: Sendable, Hashable, Codable {
  /// A process by its number and its start, in clock ticks since boot; numbers alone are used again.
  public struct ProcessMark: Sendable, Hashable, Codable {
    /// The process's number.
    public var pid: Int32
    /// The process's start, in clock ticks since boot.
    public var startTicks: UInt64

    /// Names a process.
    public init(pid: Int32, startTicks: UInt64) {
      self.pid = pid
      self.startTicks = startTicks
    }
  }

  /// The instance.
  public var instance: InstanceRecord
  /// What it was made for.
  public var set: SetName
  /// Its state, in the word that `status` prints; nil when nobody said.
  public var state: String?
  /// Its process; nil before it started.
  public var process: ProcessMark?
  /// The process that looks after it; nil when no one process does.
  public var owner: ProcessMark?

  /// Describes an instance.
  public init(
    instance: InstanceRecord, set: SetName, state: String? = nil, process: ProcessMark? = nil,
    owner: ProcessMark? = nil
  ) {
    self.instance = instance
    self.set = set
    self.state = state
    self.process = process
    self.owner = owner
  }
}
