/// That an instance which was started is not healthy yet.
public struct StartDelay: Sendable, Equatable {
  /// The instance's name.
  public var instance: String
  /// How long it has been waited for.
  public var waited: Duration
  /// How long it may take.
  public var limit: Duration
  /// What it answered last.
  public var answer: String

  /// When it is told of: soon enough to see that something hangs, and then ever more rarely.
  static var marks: some Sequence<Duration> {
    sequence(first: Duration.seconds(3)) { min($0 * 2, $0 + .seconds(30)) }
  }
}
