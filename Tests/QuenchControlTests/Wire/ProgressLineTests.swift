import Foundation
import QuenchDiagnostics
import QuenchLedger
import QuenchManagers
import Testing

@testable import QuenchControl

@Suite("What is written on the control socket")
struct ProgressLineTests {
  private func reread(_ line: ProgressLine<InstanceCount>) throws -> ProgressLine<InstanceCount> {
    try ControlCoding.decode(ProgressLine<InstanceCount>.self, from: try ControlCoding.encode(line))
  }

  @Test("A line is read as it was written, and has no line break inside")
  func lines() throws {
    guard case .alive = try reread(.alive) else {
      Issue.record("a sign of life is read as something else")
      return
    }
    guard case .result(let count) = try reread(.result(InstanceCount(instances: 4))) else {
      Issue.record("a result is read as something else")
      return
    }
    #expect(count.instances == 4)
    let failure = ControlFailure(ManagerError(.noSet, "two\nlines", remedy: "quench promote REV"))
    #expect(try !ControlCoding.encode(ProgressLine<InstanceCount>.failure(failure)).contains(UInt8(ascii: "\n")))
  }

  @Test("An error of the control plane is told with its reason, its remedy, what was underneath, and its status")
  func failures() throws {
    let cause = LedgerProblem()
    let error = ManagerError(.nothingEarlier, "nothing was live before", remedy: "quench history", cause: cause)
    guard case .failure(let failure) = try reread(.failure(ControlFailure(error))) else {
      Issue.record("a failure is read as something else")
      return
    }
    #expect(failure.error.code.rawValue == "nothing-earlier")
    #expect(failure.error.message.contains("nothing was live before") && failure.error.message.contains("no ledger"))
    #expect(failure.error.remedy == "quench history" && failure.error.exitStatus == .error)
    #expect(ControlFailure(ControlError(.requestInvalid, "what?")).error.exitStatus == .usage)
  }

  @Test(
    "What is no line of the protocol is not taken for one",
    arguments: ["[]", "7", "{\"result\": \"four\"}", "nonsense"])
  func foreign(text: String) {
    #expect(throws: (any Error).self) {
      try ControlCoding.decode(ProgressLine<InstanceCount>.self, from: Data(text.utf8))
    }
  }
}

private struct LedgerProblem: Diagnostic {
  enum Code: String { case missing }
  var code: Code { .missing }
  var message: String { "there is no ledger" }
  var remedy: String? { nil }
  var cause: (any Error)? { nil }
}
