@preconcurrency import Dispatch
import Foundation
import QuenchDiagnostics
import QuenchProcesses

/// Turns Ctrl-C and TERM into the cancellation of a command's work, so that everything it started is stopped.
enum Interruption {
  /// When after the first signal Ctrl-C is taken for the wish not to wait any longer.
  static let impatience: Duration = .seconds(2)

  /// Runs `work`; when a signal comes, cancels it and waits for it to clean up.
  ///
  /// A terminal and `make` each send Ctrl-C, and CI systems follow it up with TERM; that is no reason to leave things
  /// behind. Only a Ctrl-C that comes later ends the process at once. What it started then ends by itself, for its
  /// lifeline is cut.
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
      var first: ContinuousClock.Instant?
      for await number in signals {
        if let first {
          if number == SIGINT, ContinuousClock.now - first >= impatience { _exit(130) }
        } else {
          first = .now
          StopDeadline.ofThisProcess.call()
          task.cancel()
        }
      }
      return first != nil
    }
    let result = await task.result
    watcher.cancel()
    return (result, await watcher.value)
  }
}

/// That a signal ended a command before its work was done.
struct InterruptionError: Diagnostic {
  enum Code: String, Sendable {
    case interrupted
  }

  /// Whether there was something to stop.
  var stopped: Bool
  /// What the work ended with, when it was not merely cancelled.
  var cause: (any Error)?
  /// What goes on all the same, in words; nil where nothing does.
  var goesOn: String?

  var code: Code { .interrupted }
  var message: String {
    goesOn.map { "interrupted; \($0)" }
      ?? (stopped ? "interrupted; all that this command started has been stopped" : "interrupted")
  }
  var remedy: String? { nil }
  var exitStatus: ExitStatus { .interrupted }
}
