@preconcurrency import Dispatch
import Foundation

/// Turns Ctrl-C and TERM into the cancellation of a command's work, so that everything it started is stopped.
enum Interruption {
  /// Runs `work`; when a signal comes, cancels it and waits for it to clean up.
  ///
  /// A second signal ends the process at once. What it started then ends by itself, for its lifeline is cut.
  ///
  /// - Returns: the result, and whether a signal came.
  static func watch<Success: Sendable>(_ work: @escaping @Sendable () async throws -> Success) async -> (
    result: Result<Success, any Error>, interrupted: Bool
  ) {
    let task = Task { try await work() }
    let signals = AsyncStream<Int32> { continuation in
      let sources = [SIGINT, SIGTERM, SIGHUP].map { number in
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number)
        source.setEventHandler { continuation.yield(number) }
        source.resume()
        return source
      }
      continuation.onTermination = { _ in for source in sources { source.cancel() } }
    }
    let watcher = Task {
      var seen = 0
      for await _ in signals {
        seen += 1
        if seen > 1 { _exit(130) }
        task.cancel()
      }
      return seen > 0
    }
    let result = await task.result
    watcher.cancel()
    return (result, await watcher.value)
  }
}
