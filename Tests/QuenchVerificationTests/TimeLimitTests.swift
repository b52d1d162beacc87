import QuenchDiagnostics
import Synchronization
import Testing

@testable import QuenchVerification

@Suite("The time limit of a verification", .timeLimit(.minutes(1)))
struct TimeLimitTests {
  private struct Broken: Error {}

  /// Waits to be cancelled.
  private func forever() async throws { try await Task.sleep(for: .seconds(3600)) }

  @Test("Work that ends in time is left alone")
  func inTime() async throws {
    let limit = TimeLimit(.seconds(60))
    try await limit.run(onReached: { _ in Issue.record("the time was not up") }) {}
    await #expect(throws: Broken.self) {
      try await limit.run(onReached: { _ in Issue.record("the time was not up") }) { throw Broken() }
    }
    #expect(!limit.isReached)
  }

  @Test("Work that takes too long is cancelled, after it was said why")
  func tooLong() async throws {
    let order = Mutex<[String]>([])
    let limit = TimeLimit(.milliseconds(20))
    let error = await #expect(throws: TimeLimitReached.self) {
      try await limit.run(onReached: { _ in order.withLock { $0.append("reached") } }) {
        do { try await forever() } catch {
          order.withLock { $0.append("cancelled") }
          throw error
        }
      }
    }
    #expect(order.withLock { $0 } == ["reached", "cancelled"])
    #expect(error?.message.contains("0.02") == true && error?.exitStatus == .inconclusive)
    #expect(limit.isReached)
  }

  @Test("Whatever cancelled work throws, the limit is what ended it")
  func anyError() async throws {
    await #expect(throws: TimeLimitReached.self) {
      try await TimeLimit(.milliseconds(20)).run(onReached: { _ in }) {
        try? await forever()
        throw Broken()
      }
    }
  }

  @Test("Work that still comes to its end has come to its end")
  func endsAnyway() async throws {
    let isDone = Mutex(false)
    try await TimeLimit(.milliseconds(20)).run(onReached: { _ in }) {
      try? await forever()
      isDone.withLock { $0 = true }
    }
    #expect(isDone.withLock { $0 })
  }

  @Test("A limit counts from when it was made")
  func used() async throws {
    let limit = TimeLimit(.milliseconds(20))
    try await Task.sleep(for: .milliseconds(40))
    #expect(limit.isReached)
    await #expect(throws: TimeLimitReached.self) {
      try await limit.run(onReached: { _ in }) { try await forever() }
    }
  }

  @Test("A cancelled task's work is cancelled, which is not the limit's doing")
  func interrupted() async throws {
    let (started, continuation) = AsyncStream<Void>.makeStream()
    let task = Task {
      try await TimeLimit(.seconds(60)).run(onReached: { _ in Issue.record("the time was not up") }) {
        continuation.finish()
        try await forever()
      }
    }
    for await _ in started {}
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
