import QuenchDiagnostics

/// The time that work may take in all, counted from when this was made.
public struct TimeLimit: Sendable {
  let duration: Duration
  let end: ContinuousClock.Instant

  /// A limit that counts from now.
  public init(_ duration: Duration) {
    self.duration = duration
    end = ContinuousClock.now + duration
  }

  /// Whether the time is used up.
  public var isReached: Bool { ContinuousClock.now >= end }

  /// Runs `work`, cancelling it when the time is used up, and waits for it to clean up.
  ///
  /// - Parameter onReached: done before the work is cancelled, so that what becomes of it then can be told from what
  ///   would have become of it anyway.
  /// - Throws: `TimeLimitReached` when the work was cancelled and threw anything; else what the work throws.
  func run(
    onReached: @escaping @Sendable (TimeLimitReached) async -> Void, _ work: @escaping @Sendable () async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        try await work()
        return true
      }
      group.addTask { [end] in
        try await ContinuousClock().sleep(until: end)
        return false
      }
      let isDone = try await group.next() ?? true
      guard !isDone else { return group.cancelAll() }
      let reached = TimeLimitReached(limit: duration)
      await onReached(reached)
      group.cancelAll()
      do {
        _ = try await group.next()
      } catch {
        throw reached
      }
      // The work came to its end while it was being cancelled.
    }
  }
}

/// That the time allowed for a verification ran out.
struct TimeLimitReached: Diagnostic {
  enum Code: String, Sendable {
    case timeLimit = "time-limit"
  }

  let limit: Duration

  var code: Code { .timeLimit }
  var message: String { "the time limit of \(limit) was reached" }
  var remedy: String? { "give it longer with --time-limit" }
  var cause: (any Error)? { nil }
  var exitStatus: ExitStatus { .inconclusive }
}
