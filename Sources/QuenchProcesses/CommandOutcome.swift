/// What came of a command that was run to its end.
public struct CommandOutcome: Sendable, Equatable {
  /// How it ended.
  public var ending: ProcessEnding
  /// Whether it was ended because its time ran out.
  public var timedOut: Bool
  /// How long it ran.
  public var duration: Duration
  /// The end of its output, at most 40 lines.
  public var lastLines: [String]

  /// Makes an outcome.
  public init(ending: ProcessEnding, timedOut: Bool, duration: Duration, lastLines: [String]) {
    self.ending = ending
    self.timedOut = timedOut
    self.duration = duration
    self.lastLines = lastLines
  }

  /// Whether it ended by itself with status 0.
  public var isSuccess: Bool { ending.isSuccess && !timedOut }
}
