import Dispatch
import Foundation
import Synchronization

/// Writes or compares many files of a slot, by several threads when there are enough.
struct FileCrew: Sendable {
  /// What one thread works with: objects of its own, since neither libgit2's nor the cursor's may be shared.
  private struct Worker {
    let reader: ContentReader
    let writer: FileWriter
  }

  /// Which file is next, and how it ended for those that did not.
  private struct Progress {
    var next = 0
    var failure: (any Error)?
  }

  /// How many neighbouring files a thread takes at a time.
  private static let share = 32

  let folder: SlotFolder
  let sources: [ObjectSource]
  let cancellation: Cancellation

  /// Writes the files and returns their stamps, in the same order.
  ///
  /// - Parameter main: the main repository opened for its objects, for what the calling thread does itself.
  /// - Throws: the first error of any of them, or `CancellationError`.
  func write(_ files: [TreeFile], _ main: RepositoryHandle) throws -> [FileStamp] {
    try process(files, main) { worker, file in
      if file.mode == .submodule { return try worker.writer.directoryStamp(file, creating: true) }
      return try worker.reader.withContent(of: file) { try worker.writer.write(file, $0) }
    }.compactMap { $0 }
  }

  /// The stamps of those files that are as they should be, nil for the others, in the same order.
  ///
  /// - Parameter main: as for writing.
  /// - Throws: the first error of any of them, or `CancellationError`.
  func verify(_ files: [TreeFile], _ main: RepositoryHandle) throws -> [FileStamp?] {
    try process(files, main) { worker, file in
      if file.mode == .submodule { return try worker.writer.directoryStamp(file, creating: false) }
      return try worker.reader.withContent(of: file) { try worker.writer.stamp(of: file, ifEqualTo: $0) }
    }
  }

  private func process(
    _ files: [TreeFile], _ main: RepositoryHandle, _ body: @Sendable (Worker, TreeFile) throws -> FileStamp?
  ) throws -> [FileStamp?] {
    var stamps = [FileStamp?](repeating: nil, count: files.count)
    let shares = (files.count + Self.share - 1) / Self.share
    let workers = max(1, min(ProcessInfo.processInfo.activeProcessorCount, shares, 8))
    let progress = Mutex(Progress())
    stamps.withUnsafeMutableBufferPointer { stamps in
      // Each share is taken once, so that no element is written by two threads, and all have ended on return.
      nonisolated(unsafe) let stamps = stamps
      @Sendable func work(_ reader: ContentReader) {
        let worker = Worker(reader: reader, writer: FileWriter(folder))
        while let range = take(from: progress, of: files.count) {
          do {
            for number in range { stamps[number] = try body(worker, files[number]) }
          } catch {
            progress.withLock { $0.failure = $0.failure ?? error }
          }
        }
      }
      if workers == 1 {
        work(ContentReader(sources, main: main))
      } else {
        DispatchQueue.concurrentPerform(iterations: workers) { _ in work(ContentReader(sources)) }
      }
    }
    if let failure = progress.withLock({ $0.failure }) { throw failure }
    return stamps
  }

  /// The next share, or nil when there is none, something failed, or the caller was cancelled.
  private func take(from progress: borrowing Mutex<Progress>, of count: Int) -> Range<Int>? {
    progress.withLock { progress in
      if cancellation.isRequested { progress.failure = progress.failure ?? CancellationError() }
      guard progress.failure == nil, progress.next < count else { return nil }
      defer { progress.next = min(progress.next + Self.share, count) }
      return progress.next..<min(progress.next + Self.share, count)
    }
  }
}

/// Tells threads outside of any task that the task they work for was cancelled.
final class Cancellation: Sendable {
  private let requested = Atomic(false)

  var isRequested: Bool { requested.load(ordering: .relaxed) }

  func request() { requested.store(true, ordering: .relaxed) }
}
