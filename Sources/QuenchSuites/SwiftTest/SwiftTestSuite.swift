import Foundation
import QuenchProcesses
import SystemPackage

/// Runs a Swift package's tests: XCTest's and Swift Testing's each in a process of their own.
///
/// The built bundle is run directly, as `swift test` would do after planning the build once more. Apart, neither library's
/// results are mixed with the other's output, and Swift Testing's come from its event stream alone.
struct SwiftTestSuite {
  let launcher: Launcher
  let run: SuiteRun
  let package: FilePath
  let filter: String?
  let skip: String?
  let product: String?

  func results(onProgress: @escaping @Sendable (SuiteProgress) -> Void) async throws -> SuiteResult {
    let start = ContinuousClock.now
    let deadline = Deadline(in: run.definition.timeout)
    try checkPatterns()
    try run.makeLogs()
    let bundle = try TestBundle(scratch: run.scratch, suite: run.definition.name, product: product)
    let process = TestProcessLauncher(
      launcher: launcher, run: run, package: package, executable: bundle.executable)
    let xctest = XCTestPass(process: process)
    let swiftTesting = SwiftTestingPass(process: process)
    let progress = ProgressCounter(onProgress)

    let list = try await xctest.list(timeout: deadline.remaining)
    var selection = list.selected(filter: filter, skip: skip).tests
    var choice = SwiftTestingPass.Choice(filters: filter.map { [$0] } ?? [], skips: skip.map { [$0] } ?? [])
    if let shard = run.shard, shard.count > 1 {
      let identities = try await swiftTesting.list(timeout: deadline.remaining)
      let members = TestSharding.members(of: list.tests + identities, in: shard)
      selection = selection.filter(members.contains)
      // What is left out is named, not what is kept: filters add up, and the definition's own must keep its meaning.
      choice.skips += SwiftTestingPatterns.matching(identities.filter { !members.contains($0) })
    }

    var pass = try await xctest.run(list.batches(of: selection), deadline: deadline, progress: progress)
    if !pass.timedOut {
      let stream = try await swiftTesting.run(
        choice, part: "swift-testing", timeout: deadline.remaining, progress: progress)
      pass.tests += try await CrashSearch(pass: swiftTesting).results(of: stream, deadline: deadline)
      pass.faults += stream.pass.faults + [stream.cutOff].compactMap { $0 }
      pass.neverStarted += stream.pass.neverStarted
      pass.timedOut = stream.pass.timedOut
    }
    return result(of: pass, duration: ContinuousClock.now - start)
  }

  private func result(of pass: TestProcessPass, duration: Duration) -> SuiteResult {
    var rule = OutcomeRule(
      tests: pass.tests, faults: pass.faults, timeout: run.definition.timeout, nothing: nothing)
    if pass.timedOut, !pass.tests.contains(where: { $0.result == .timedOut }) {
      rule.tests.append(
        TestResult(
          id: run.definition.name, framework: .command, result: .timedOut,
          message: "time ran out while no test was running"))
    }
    if pass.neverStarted > 0, !pass.faults.isEmpty { rule.faults.append("\(pass.neverStarted) tests did not run") }
    return rule.result(name: run.definition.name, duration: duration)
  }

  private var nothing: String {
    if let shard = run.shard { return "shard \(shard.index) of \(shard.count) has no test to run" }
    let choice = [filter.map { "filter \($0)" }, skip.map { "skip \($0)" }].compactMap { $0 }
    return choice.isEmpty
      ? "the package has no tests" : "no test is chosen by " + choice.joined(separator: " and ")
  }

  private func checkPatterns() throws(SuiteError) {
    for (key, pattern) in [("filter", filter), ("skip", skip)] {
      guard let pattern else { continue }
      do {
        _ = try NSRegularExpression(pattern: pattern)
        _ = try Regex(pattern)
      } catch {
        throw SuiteError(
          .definitionInvalid, "the \(key) `\(pattern)` of suite \(run.definition.name) is not a regular expression",
          remedy: "correct suites.\(run.definition.name).swift-test.\(key)", cause: error)
      }
    }
  }
}
