import Dispatch
import Testing

@testable import QuenchBuild

@Suite struct DiskExecutorTests {
  @Test func workThatBlocksLeavesTheCooperativePool() async throws {
    let label = try await DiskExecutor.run { String(cString: __dispatch_queue_get_label(nil)) }
    #expect(label == "quench.build.disk")
  }

  @Test func cancellingReachesTheWork() async throws {
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try await DiskExecutor.run { try Task.checkCancellation() }
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
