import Testing

/// Puts the service's data back to what they were when the instance was started, and lends the instance.
public struct DataResetTrait: SuiteTrait, TestTrait, TestScoping {
  /// When the data are put back.
  public enum Occasion: Sendable {
    /// Before each test and each case of one, which has the instance to itself.
    case eachTest
    /// Once before the first test of the suite.
    case suite
  }

  let isEachTest: Bool

  /// Whether tests in the suite have it as well.
  public var isRecursive: Bool { isEachTest }

  /// Runs a test with its instance, or a suite, after the data were put back.
  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let loan = InstanceLoan.ofThisProcess
    if isEachTest {
      guard HotInstance.lent == nil else { return try await function() }
      try await loan.lend(exclusively: true, resetting: true) { try await function() }
    } else {
      try await loan.resetAll()
      try await function()
    }
  }
}

extension Trait where Self == DataResetTrait {
  /// Puts the data back before each test, which then has the instance to itself.
  public static var resetsData: Self { Self(isEachTest: true) }

  /// Puts the data back before each test, or once before a suite's first one.
  public static func resetsData(before occasion: DataResetTrait.Occasion) -> Self {
    Self(isEachTest: occasion == .eachTest)
  }
}
