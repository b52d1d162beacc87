import QuenchProcesses

/// What XCTest's output, its exit status and its closing summary say together.
///
/// A test is believed to have passed only where all three agree. XCTest exits with 0 when nothing failed and with 1 when
/// something did.
struct XCTestReport: Sendable {
  /// How the process came to its end.
  struct Ending: Sendable {
    var process: ProcessEnding
    var timedOut = false
    /// The last line it printed about a fatal error.
    var fatalError: String?
  }

  private(set) var tests: [TestResult] = []
  /// What went wrong apart from failing tests, in words.
  private(set) var faults: [String] = []
  /// How many tests did not run because of that.
  private(set) var neverStarted = 0

  init(records: [XCTestOutputReader.Record], summary: XCTestSummary?, ending: Ending, package: String?) {
    let isComplete = summary?.executed == records.count && !ending.timedOut
    var verdicts = records.map { Self.verdict($0, exitedClean: ending.process.isSuccess) }
    if isComplete, let summary {
      // A line that other output cut in two says nothing; the counts may still leave only one thing it can have said.
      let told = zip(records, verdicts).filter { $1 != nil }
      let skipped = told.count { $1 == .skipped || ($1 == .failed && $0.skipReason != nil) }
      let failures = records.reduce(0) { $0 + $1.failureCount }
      if skipped == summary.skipped, failures == summary.failures {
        verdicts = zip(records, verdicts).map { $1 ?? ($0.failures.isEmpty ? .passed : .failed) }
      }
      check(summary, skipped: skipped, verdicts, ending)
    } else if !ending.timedOut {
      faults.append(Self.words(for: ending, "XCTest's process") + (summary == nil ? " before its summary" : ""))
      if let summary { faults.append("XCTest says it ran \(summary.executed) of \(records.count) tests") }
    }
    for (record, verdict) in zip(records, verdicts) {
      if let verdict {
        tests.append(Self.result(of: record, verdict.result, package: package))
      } else if record.isStarted {
        tests.append(Self.unfinished(record, ending, package))
      } else {
        neverStarted += 1
      }
    }
    if isComplete, verdicts.contains(where: { $0 == nil }) {
      faults.append("XCTest's output does not tell what became of \(verdicts.count { $0 == nil }) tests")
    }
  }

  private mutating func check(
    _ summary: XCTestSummary, skipped: Int, _ verdicts: [XCTestLine.Verdict?], _ ending: Ending
  ) {
    let failed = verdicts.count { $0 == .failed }
    switch ending.process {
    case .exited(0) where failed == 0 && summary.failures == 0: break
    case .exited(1) where failed > 0 && summary.failures > 0: break
    default:
      faults.append(
        "\(Self.words(for: ending, "XCTest's process")), but it reported \(failed) failing tests and its summary "
          + "counts \(summary.failures) failures")
    }
    if skipped != summary.skipped {
      faults.append("XCTest reported \(skipped) skipped tests, but its summary counts \(summary.skipped)")
    }
  }

  /// The verdict that the claims on a test allow.
  ///
  /// Where they contradict each other, the test printed some of them, and
  /// the weakest that the exit status allows is believed.
  private static func verdict(_ record: XCTestOutputReader.Record, exitedClean: Bool) -> XCTestLine.Verdict? {
    let claims = Set(record.verdicts)
    if !claims.isEmpty, record.failureCount > 0, !exitedClean { return .failed }
    if claims.contains(.failed), !exitedClean || claims.count == 1 { return .failed }
    if claims.contains(.skipped) { return .skipped }
    if claims.contains(.passed) { return .passed }
    return nil
  }

  private static func unfinished(
    _ record: XCTestOutputReader.Record, _ ending: Ending, _ package: String?
  ) -> TestResult {
    if record.failureCount > 0 { return result(of: record, .failed, package: package) }
    var result = TestResult(id: record.specifier, framework: .xctest, result: ending.timedOut ? .timedOut : .crashed)
    result.message = ending.timedOut ? "time ran out" : words(for: ending, "the process") + " while it was running"
    return result
  }

  static func result(
    of record: XCTestOutputReader.Record, _ result: TestResult.Result, package: String?
  ) -> TestResult {
    var test = TestResult(
      id: record.specifier, framework: .xctest, result: result, durationSeconds: record.seconds)
    switch result {
    case .skipped: test.message = record.skipReason.map { BoundedText.bounded($0) }
    case .failed:
      var lines = record.failures.map(\.message)
      if record.failureCount > lines.count { lines.append("… and \(record.failureCount - lines.count) more failures") }
      test.message = lines.isEmpty ? "failed without saying why" : BoundedText.joined(lines)
      test.file = record.failures.first?.source(package: package)
      test.line = record.failures.first?.line
    default: break
    }
    return test
  }

  static func words(for ending: Ending, _ process: String) -> String {
    let end =
      switch ending.process {
      case .exited(let status): "\(process) exited with status \(status)"
      case .signalled: "\(process) ended with \(ending.process)"
      }
    return end + (ending.fatalError.map { " (\(BoundedText.bounded($0, to: 300)))" } ?? "")
  }
}
