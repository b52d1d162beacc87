import Synchronization

/// Passes on what happens in a suite, with the counts so far.
final class ProgressCounter: Sendable {
  private let counts = Mutex(SuiteCounts())
  private let onProgress: @Sendable (SuiteProgress) -> Void

  init(_ onProgress: @escaping @Sendable (SuiteProgress) -> Void) {
    self.onProgress = onProgress
  }

  func tell(_ update: TestUpdate) {
    switch update {
    case .started(let id): onProgress(.testStarted(id: id))
    case .ended(let result):
      let counts = counts.withLock { counts in
        counts.count(result.result)
        return counts
      }
      onProgress(.testEnded(result, counts))
    }
  }
}
