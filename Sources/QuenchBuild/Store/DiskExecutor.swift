import Dispatch

/// Runs what reads and writes many bytes on threads of its own.
///
/// The cooperative pool has a thread per core; an artifact that is hashed there would hold up every other task.
package final class DiskExecutor: TaskExecutor {
  private static let shared = DiskExecutor()

  private let queue = DispatchQueue(label: "quench.build.disk", attributes: .concurrent)

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = asUnownedTaskExecutor()
    queue.async { job.runSynchronously(on: executor) }
  }

  /// Runs `work`, which may block, in the calling task.
  ///
  /// - Throws: what `work` throws.
  package static func run<Value: Sendable>(_ work: @Sendable () throws -> Value) async throws -> Value {
    try await withTaskExecutorPreference(shared) { try work() }
  }
}
