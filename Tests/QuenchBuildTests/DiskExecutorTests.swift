import Foundation
import Synchronization
import Testing

@testable import QuenchBuild

@Suite struct DiskExecutorTests {
  /// Lets everybody go on when all have come.
  private final class Meeting: Sendable {
    private let arrived = Mutex(0)
    private let all = DispatchSemaphore(value: 0)
    let count: Int

    init(of count: Int) { self.count = count }

    /// Blocks the thread; false when not everybody came.
    func attend() -> Bool {
      let isLast = arrived.withLock { number in
        number += 1
        return number == count
      }
      if isLast { for _ in 0..<count { all.signal() } }
      return all.wait(timeout: .now() + .seconds(20)) == .success
    }
  }

  @Test func workThatBlocksLeavesTheCooperativePool() async throws {
    // More than the pool has threads.
    let meeting = Meeting(of: 2 * ProcessInfo.processInfo.activeProcessorCount)
    let met = try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<meeting.count { group.addTask { try await DiskExecutor.run { meeting.attend() } } }
      return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(met == meeting.count)
  }

  @Test func cancellingReachesTheWork() async throws {
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try await DiskExecutor.run { try Task.checkCancellation() }
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
