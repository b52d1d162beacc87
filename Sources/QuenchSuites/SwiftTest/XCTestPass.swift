import Foundation
import QuenchProcesses
import Synchronization
import SystemPackage

/// Runs a bundle's XCTest tests in processes of their own, apart from Swift Testing's.
struct XCTestPass {
  let process: TestProcessLauncher

  /// Every XCTest test of the bundle.
  ///
  /// - Throws: `SuiteError` with code `list-failed`.
  func list(timeout: Duration?) async throws -> XCTestList {
    let log = process.run.log("list.log")
    try? FileManager.default.removeItem(atPath: log.string)
    let outcome = try await process.launcher.run(
      process.launch(["--dump-tests-json"], confinement: process.run.confinement, isMasked: false), log: log,
      timeout: timeout)
    guard outcome.isSuccess, let dump = FileManager.default.contents(atPath: log.string),
      let list = XCTestList(dump: dump)
    else {
      throw SuiteError(
        .listFailed,
        "\(process.executable) could not list its tests ("
          + (outcome.timedOut ? "time ran out" : outcome.ending.description) + "):\n"
          + BoundedText.joined(outcome.lastLines.suffix(5).map { BoundedText.bounded($0, to: 300) }),
        remedy: "\(process.executable) --dump-tests-json")
    }
    return list
  }

  /// Runs each batch, one after the other, until one is out of time.
  func run(_ batches: [XCTestList.Batch], deadline: Deadline, progress: ProgressCounter) async throws
    -> TestProcessPass
  {
    var pass = TestProcessPass()
    for (number, batch) in batches.enumerated() {
      let report = try await run(
        batch, log: process.run.log(number == 0 ? "xctest.log" : "xctest-\(number).log"), deadline: deadline,
        progress: progress)
      pass.tests += report.report.tests
      pass.faults += report.report.faults
      pass.neverStarted += report.report.neverStarted
      pass.timedOut = report.timedOut
      if pass.timedOut {
        pass.neverStarted += batches[(number + 1)...].reduce(0) { $0 + $1.tests.count }
        break
      }
    }
    return pass
  }

  private func run(
    _ batch: XCTestList.Batch, log: FilePath, deadline: Deadline, progress: ProgressCounter
  ) async throws -> (report: XCTestReport, timedOut: Bool) {
    let claims = Claims(
      XCTestOutputReader(tests: batch.tests, isWholeBundle: batch.argument == nil, package: process.package))
    let fatalError = FatalErrorLine()
    let outcome = try await process.launcher.run(
      process.launch(batch.argument.map { [$0] } ?? [], confinement: process.run.confinement), log: log,
      timeout: deadline.remaining
    ) { line in
      fatalError.see(line)
      if let update = claims.reader.withLock({ $0.read(line) }) { progress.tell(update) }
    }
    let report = claims.reader.withLock {
      $0.report(
        ending: XCTestReport.Ending(
          process: outcome.ending, timedOut: outcome.timedOut, fatalError: fatalError.text))
    }
    return (report, outcome.timedOut)
  }

  private final class Claims: Sendable {
    let reader: Mutex<XCTestOutputReader>

    init(_ reader: XCTestOutputReader) {
      self.reader = Mutex(reader)
    }
  }
}
