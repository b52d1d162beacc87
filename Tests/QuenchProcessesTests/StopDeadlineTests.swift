import Testing

@testable import QuenchProcesses

@Suite struct StopDeadlineTests {
  let clock = ContinuousClock()

  @Test func withoutACallThereIsOnlyTheLimit() async throws {
    let start = clock.now
    try await StopDeadline().wait(atMost: .milliseconds(30), for: .process)
    #expect(clock.now - start >= .milliseconds(30))
  }

  @Test func aCallShortensWhatIsWaitedForAlready() async throws {
    let deadline = StopDeadline()
    let start = clock.now
    async let waited: Void = deadline.wait(atMost: .seconds(36_000), for: .command)
    deadline.call()
    try await waited
    #expect(clock.now - start < .seconds(3600))
  }

  @Test func afterTheEndThereIsALittleTimeForEach() async throws {
    let deadline = StopDeadline()
    deadline.call()
    try await deadline.wait(atMost: nil, for: .command)
    let start = clock.now
    try await deadline.wait(atMost: .seconds(36_000), for: .command)
    #expect(clock.now - start >= StopDeadline.least)
    #expect(clock.now - start < .seconds(3600))
  }

  @Test func waitingCanBeCancelled() async throws {
    let task = Task { try await StopDeadline().wait(atMost: nil, for: .cleanUp) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
