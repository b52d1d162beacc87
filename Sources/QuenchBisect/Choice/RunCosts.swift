/// What a run of a revision is expected to take.
public struct RunCosts: Sendable {
  /// Seconds that the tests take.
  public var runSeconds: Double
  /// Seconds that a build takes, where there is none yet.
  public var buildSeconds: Double
  /// The commits whose builds are there already.
  public var built: Set<String>

  /// By default all revisions cost the same.
  public init(runSeconds: Double = 1, buildSeconds: Double = 0, built: Set<String> = []) {
    self.runSeconds = runSeconds
    self.buildSeconds = buildSeconds
    self.built = built
  }

  func seconds(_ revision: String) -> Double {
    max(1e-3, runSeconds) + (built.contains(revision) ? 0 : max(0, buildSeconds))
  }
}
