/// What one run of a revision showed; a list of these is a search's whole memory.
public struct Observation: Hashable, Sendable, Codable {
  /// The outcome of a run.
  public enum Result: Hashable, Sendable, Codable {
    /// The tests ran. What is in both lists failed.
    case ran(passed: [String], failed: [String])
    /// The revision could not be built or started, so it says nothing about any test.
    case untestable
  }

  /// The commit that was run.
  public let revision: String
  /// What came of it.
  public let result: Result
  /// The tests that are there and told nothing, as skipped ones, where all that are there are known; else nil.
  public let silent: Set<String>?

  /// Says what a run of a revision showed.
  public init(_ revision: String, _ result: Result, silent: Set<String>? = nil) {
    self.revision = revision
    self.result = result
    self.silent = silent
  }

  /// Whether the run had the test; nil when that is not known.
  public func has(_ test: String) -> Bool? {
    guard case .ran(let passed, let failed) = result else { return nil }
    if failed.contains(test) || passed.contains(test) { return true }
    return silent.map { $0.contains(test) }
  }

  /// Whether the test failed in this run; nil when the run tells nothing about it.
  ///
  /// What is not there does not fail: who brings a test that fails has broken it.
  public func failed(_ test: String) -> Bool? {
    guard case .ran(let passed, let failed) = result else { return nil }
    if failed.contains(test) { return true }
    return passed.contains(test) || has(test) == false ? false : nil
  }
}
