import QuenchEvidence
import QuenchSuites
import Testing

@testable import QuenchVerification

@Suite("A verdict in the making")
struct VerdictDraftTests {
  private struct Broken: Error {}

  private func draft() throws -> VerdictDraft { try VerdictDraft(.example(), isolation: "none") }

  @Test("Suites stand in the order they are asked for, and passed ones make a passed verdict")
  func order() async throws {
    let draft = try draft()
    await draft.record(.example("smoke"))
    await draft.record(.example("api"))
    let verdict = await draft.finished(after: 3)
    #expect(verdict.suites.map(\.name) == ["api", "smoke"])
    #expect(verdict.result == .passed && verdict.timings.total == 3)
  }

  @Test("A suite of which nothing is known is an error, not a silence")
  func silence() async throws {
    let draft = try draft()
    await draft.record(.example("api"))
    let verdict = await draft.finished(after: 1)
    #expect(verdict.result == .error)
    #expect(verdict.suites.map(\.name) == ["api", "smoke"])
  }

  @Test("A suite's later result stands in place of its earlier one")
  func replaced() async throws {
    let draft = try draft()
    for result in [Outcome.passed, .failed] { await draft.record(.example("api", result)) }
    #expect(await draft.finished(after: 1).suites.first { $0.name == "api" }?.result == .failed)
  }

  @Test("Of several hindrances the first is told")
  func firstHindrance() async throws {
    let draft = try draft()
    await draft.hinder(.start, Broken(), detail: "no answer")
    await draft.hinder(.rollback, Broken(), detail: "no way back")
    let verdict = await draft.finished(after: 1)
    #expect(verdict.hindrance == Hindrance(.start, "no answer") && verdict.result == .error)
  }

  @Test("Once the time is up, what breaks was ended by it", arguments: [true, false])
  func limit(isSuite: Bool) async throws {
    let draft = try draft()
    await draft.note(TimeLimitReached(limit: .seconds(5)))
    if isSuite {
      await draft.record(.example("api", .error))
    } else {
      await draft.hinder(.start, Broken(), detail: "the instance ended at start")
    }
    let verdict = await draft.finished(after: 5)
    #expect(verdict.hindrance?.kind == .timeLimit && verdict.result == .inconclusive)
    #expect(await draft.failure is TimeLimitReached)
  }

  @Test("What could not be cleaned up is told although something else went wrong before")
  func leftBehind() async throws {
    let draft = try draft()
    await draft.hinder(.start, Broken(), detail: "no answer")
    await draft.record(leftBehind: [Broken()])
    let verdict = await draft.finished(after: 1)
    #expect(verdict.hindrance?.kind == .start && verdict.leftBehind?.count == 1)
  }

  @Test("A failure that was seen stays one although the time is up")
  func failed() async throws {
    let draft = try draft()
    await draft.record(.example("api", .failed))
    let reached = TimeLimitReached(limit: .seconds(5))
    await draft.note(reached)
    await draft.hinder(.timeLimit, reached, detail: reached.message)
    #expect(await draft.finished(after: 5).result == .failed)
  }

  @Test("What a signal ends is an error, with what was seen of it")
  func interrupted() async throws {
    let draft = try VerdictDraft(.example(suites: ["done", "begun", "broken", "next"]), isolation: "none")
    await draft.record(.example("done"))
    for name in ["begun", "broken"] { draft.trail.begin(name) }
    draft.trail.add(TestResult(id: "one", framework: .xctest, result: .passed), of: "begun")
    draft.trail.add(TestResult(id: "two", framework: .xctest, result: .failed), of: "broken")
    for name in ["begun", "broken"] { draft.trail.end(name) }
    let verdict = await draft.interrupted(after: 2)
    #expect(verdict.suites.map(\.result) == [.passed, .error, .failed, .error])
    #expect(verdict.suites.map(\.passed) == [1, 1, 0, 0] && verdict.hindrance?.kind == .interruption)
    #expect(verdict.suites[1].durationSeconds > 0 && verdict.suites[3].durationSeconds == 0)
    #expect(verdict.suites[1].reason != verdict.suites[3].reason)
  }

  @Test("A suite that the time limit cuts off has the time that it ran")
  func cutOff() async throws {
    let draft = try draft()
    draft.trail.begin("api")
    draft.trail.end("api")
    await draft.record(.example("smoke"))
    let suite = draft.trail.result(of: "api", .inconclusive, "the time limit was reached")
    #expect(suite.durationSeconds > 0 && suite.result == .inconclusive)
  }

  @Test("The service's definition changes with anything that is said of it, and with nothing else")
  func serviceDefinition() async throws {
    let one = try await VerdictDraft(.example(), isolation: "none").finished(after: 1).serviceDefinition
    let same = try await VerdictDraft(.example(suites: ["api"]), isolation: "none").finished(after: 2).serviceDefinition
    let other = try await VerdictDraft(.example(run: "./other"), isolation: "none").finished(after: 1).serviceDefinition
    #expect(one != nil && one == same && one != other)
  }
}
