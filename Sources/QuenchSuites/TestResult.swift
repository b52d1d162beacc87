/// What one test came to.
public struct TestResult: Sendable, Equatable, Codable {
  /// The library or runner that ran a test.
  public enum Framework: String, Sendable, Codable, CaseIterable {
    /// Swift Testing.
    case swiftTesting = "swift-testing"
    /// XCTest.
    case xctest
    /// A command suite.
    case command
  }

  /// What a test came to.
  public enum Result: String, Sendable, Codable, CaseIterable {
    /// It ran to its end without an issue.
    case passed = "PASSED"
    /// It recorded an issue that counts.
    case failed = "FAILED"
    /// It was disabled or skipped itself.
    case skipped = "SKIPPED"
    /// It recorded only issues that are marked as known.
    case knownIssue = "KNOWN_ISSUE"
    /// It was running when time ran out.
    case timedOut = "TIMED_OUT"
    /// It was running when its process ended.
    case crashed = "CRASHED"
  }

  /// The identity of the test within its suite, stable between runs: `Module.Type/function()`.
  public var id: String
  /// The library or runner that ran it.
  public var framework: Framework
  /// What it came to.
  public var result: Result
  /// How long it ran, in seconds; nil when it never ended.
  public var durationSeconds: Double?
  /// The failure's, skip's or issue's text.
  public var message: String?
  /// The source file of the first issue, relative to the package where that is known.
  public var file: String?
  /// The line of the first issue, counted from 1.
  public var line: Int?

  /// Makes a result.
  public init(
    id: String, framework: Framework, result: Result, durationSeconds: Double? = nil, message: String? = nil,
    file: String? = nil, line: Int? = nil
  ) {
    self.id = id
    self.framework = framework
    self.result = result
    self.durationSeconds = durationSeconds
    self.message = message
    self.file = file
    self.line = line
  }

  enum CodingKeys: String, CodingKey {
    case id, framework, result, message, file, line
    case durationSeconds = "duration_seconds"
  }
}
