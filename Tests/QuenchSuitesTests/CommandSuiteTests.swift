import Foundation
import QuenchProcesses
import Synchronization
import SystemPackage
import Testing

@testable import QuenchSuites

@Suite struct CommandSuiteTests {
  private func result(
    _ command: String, timeout: Duration? = .seconds(30), shard: SuiteRun.Shard? = nil
  ) async throws -> SuiteResult {
    try await withScratchFolder { folder in
      let run = SuiteRun(
        definition: SuiteDefinition(
          name: "smoke/1", kind: .command(command), timeout: timeout, environment: ["MINE": "yes"]),
        checkout: folder, scratch: folder.appending("scratch"),
        environment: ProcessEnvironment.allowed(temporaryDirectory: folder), logs: folder.appending("logs"),
        shard: shard)
      let runner = SuiteRunner(launcher: try Launcher.located())
      try await runner.build(run)
      return try await runner.run(run)
    }
  }

  private func report(_ cases: String) -> String {
    "printf '%s' '<testsuites><testsuite>\(cases)</testsuite></testsuites>' > \"$QUENCH_JUNIT_OUTPUT\""
  }

  @Test func theStatusDecides() async throws {
    let passed = try await result("test \"$MINE\" = yes && test \"$QUENCH_SHARD_COUNT\" = 1")
    #expect(passed.result == .passed && passed.tests.map(\.id) == ["smoke/1"])
    #expect(passed.tests[0].framework == .command)
    let failed = try await result("echo one; echo two >&2; exit 3")
    #expect(failed.result == .failed && failed.tests[0].message == "exit status 3:\none\ntwo")
    let skipped = try await result("exit 125")
    #expect(skipped.result == .inconclusive && skipped.skipped == 1)
    let signalled = try await result("kill -SEGV $$")
    #expect(signalled.result == .failed && signalled.tests[0].message?.contains("SEGV") == true)
    let missing = try await result("no-such-command-at-all")
    #expect(missing.result == .failed && missing.tests[0].message?.hasPrefix("exit status 127") == true)
  }

  @Test func timeRunsOut() async throws {
    let result = try await result("sleep 600", timeout: .seconds(1))
    #expect(result.result == .inconclusive && result.tests.map(\.result) == [.timedOut])
  }

  @Test func shardsAreTold() async throws {
    let result = try await result(
      "test \"$QUENCH_SHARD_INDEX/$QUENCH_SHARD_COUNT\" = 1/3", shard: .init(index: 1, count: 3))
    #expect(result.result == .passed && result.tests.map(\.id) == ["smoke/1[1]"])
  }

  @Test func aReportGivesTheTests() async throws {
    let good = #"<testcase classname="C" name="a"/><testcase classname="C" name="b"><skipped/></testcase>"#
    let passed = try await result(report(good))
    #expect(passed.result == .passed && passed.tests.map(\.id) == ["C/a", "C/b"] && passed.skipped == 1)
    let bad = good + #"<testcase classname="C" name="c"><failure message="no"/></testcase>"#
    let failed = try await result(report(bad) + "; exit 1")
    #expect(failed.result == .failed && failed.tests.last?.message == "no" && failed.reason == nil)
  }

  @Test func statusAndReportMustAgree() async throws {
    let good = #"<testcase name="a"/>"#
    let contradicted = try await result(report(good) + "; exit 1")
    #expect(contradicted.result == .error && contradicted.reason?.contains("exit status 1") == true)
    let failing = try await result(report(#"<testcase name="a"><error/></testcase>"#))
    #expect(failing.result == .failed && failing.reason?.contains("status 0") == true)
    let skipped = try await result(report(good) + "; exit 125")
    #expect(skipped.result == .inconclusive)
    let late = try await result(report(good) + "; sleep 600", timeout: .seconds(1))
    #expect(late.result == .inconclusive)
  }

  @Test func aReportWithoutCasesProvesNothing() async throws {
    let empty = try await result(report(""))
    #expect(empty.result == .inconclusive && empty.reason == "the command's report has no test case")
    let broken = try await result("echo '<testsuites>' > \"$QUENCH_JUNIT_OUTPUT\"")
    #expect(broken.result == .error && broken.reason?.contains("QUENCH_JUNIT_OUTPUT") == true)
    let link = try await result("ln -s /etc/passwd \"$QUENCH_JUNIT_OUTPUT\"")
    #expect(link.result == .error)
  }
}
