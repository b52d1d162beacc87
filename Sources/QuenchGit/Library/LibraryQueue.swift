import Dispatch

/// Runs an actor's work on a queue of its own.
///
/// libgit2 reads files and computes; on the cooperative pool, which has a thread per core, that would hold up every
/// other task of the process. One queue also gives what libgit2 asks for: an object is used by one thread at a time.
final class LibraryQueue: SerialExecutor {
  private let queue = DispatchQueue(label: "quench.git.repository")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = asUnownedSerialExecutor()
    queue.async { job.runSynchronously(on: executor) }
  }
}
