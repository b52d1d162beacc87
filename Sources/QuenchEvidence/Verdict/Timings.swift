/// How long each phase of a verification took, in seconds; a phase that never began took none.
public struct Timings: Sendable, Hashable {
  /// Seconds spent writing the revision's files.
  public var checkout: Double
  /// Seconds spent building, or fetching the build.
  public var build: Double
  /// Seconds until the hot instances were healthy.
  public var deploy: Double
  /// Seconds spent in suites, waits for instances included.
  public var suites: Double
  /// Seconds spent putting the hot set back.
  public var rollback: Double
  /// Seconds from the first step to the last.
  public var total: Double

  /// Makes timings.
  public init(
    checkout: Double = 0, build: Double = 0, deploy: Double = 0, suites: Double = 0, rollback: Double = 0,
    total: Double = 0
  ) {
    self.checkout = checkout
    self.build = build
    self.deploy = deploy
    self.suites = suites
    self.rollback = rollback
    self.total = total
  }
}
