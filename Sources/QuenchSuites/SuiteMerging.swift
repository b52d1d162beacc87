extension SuiteResult {
  /// One result for a suite that was run in shards.
  ///
  /// A shard with nothing to run, or with nothing but skipped tests, takes nothing from the others; if that is all there
  /// is, the whole is INCONCLUSIVE. Otherwise the worst shard counts. The duration is the longest shard's, since shards
  /// run side by side.
  public static func merged(_ shards: [SuiteResult]) -> SuiteResult {
    let tests = shards.flatMap(\.tests)
    let whole = OutcomeRule(tests: tests, nothing: shards.first?.reason ?? "no test ran").decision
    let telling = shards.filter { !$0.isSilent }
    let worst = telling.max { $0.result.severity < $1.result.severity }
    let result = worst.map { Outcome.worst(of: [$0.result, whole.outcome]) } ?? .inconclusive
    let reason = worst?.result == result ? worst?.reason : whole.reason
    return SuiteResult(
      name: shards.first?.name ?? "", result: result, durationSeconds: shards.map(\.durationSeconds).max() ?? 0,
      reason: result == .passed ? nil : reason ?? whole.reason, tests: tests)
  }

  /// Whether it is inconclusive only for want of tests that ran.
  ///
  /// One that ran out of time has a test that says so.
  private var isSilent: Bool {
    result == .inconclusive && tests.allSatisfy { $0.result == .skipped }
  }
}
