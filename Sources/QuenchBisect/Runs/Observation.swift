/// What one run of a revision showed; a list of these is a search's whole memory.
public struct Observation: Hashable, Sendable, Codable {
  /// The outcome of a run.
  public enum Result: Hashable, Sendable, Codable {
    /// The tests ran. What is in neither list did not run, so the revision tells nothing about it; what is in both failed.
    case ran(passed: [String], failed: [String])
    /// The revision could not be built or started, so it says nothing about any test.
    case untestable
  }

  /// The commit that was run.
  public let revision: String
  /// What came of it.
  public let result: Result

  /// Says what a run of a revision showed.
  public init(_ revision: String, _ result: Result) {
    self.revision = revision
    self.result = result
  }

  /// Whether the test failed in this run; nil when it did not run.
  public func failed(_ test: String) -> Bool? {
    guard case .ran(let passed, let failed) = result else { return nil }
    if failed.contains(test) { return true }
    return passed.contains(test) ? false : nil
  }
}
