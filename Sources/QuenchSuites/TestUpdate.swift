/// What a test run's output just told of one test.
public enum TestUpdate: Sendable, Equatable {
  /// It began.
  case started(id: String)
  /// It ended or was skipped.
  case ended(TestResult)
}
