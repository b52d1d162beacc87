import Testing

/// Lends each test an instance of the service under test, at ``HotInstance/current``.
public struct HotInstanceTrait: SuiteTrait, TestTrait, TestScoping {
  /// Which tests have an instance to themselves.
  let isExclusive: Bool

  /// A suite's tests have it, and those of suites in it.
  public var isRecursive: Bool { true }

  /// Runs a test, or one case of it, with its instance.
  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    // A trait that puts data back lends the instance itself.
    if HotInstance.lent != nil || test.traits.contains(where: { ($0 as? DataResetTrait)?.isEachTest == true }) {
      return try await function()
    }
    try await InstanceLoan.ofThisProcess.lend(exclusively: isExclusive) { try await function() }
  }
}

extension Trait where Self == HotInstanceTrait {
  /// Lends tests an instance, which others may use at the same time.
  public static var hotInstance: Self { Self(isExclusive: false) }

  /// Lends each test, and each case of one, an instance to itself.
  ///
  /// As many run side by side as there are instances: `instances` of the suite in `quench.yml` says how many.
  public static var hotInstancePerTest: Self { Self(isExclusive: true) }
}
