import QuenchDiagnostics
import QuenchProcesses

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

  /// That it is used up.
  public var reached: TimeLimitReached { TimeLimitReached(limit: duration) }

  /// Runs `work`, cancelling it when the time is used up, and waits for it to clean up.
  ///
  /// - Parameter onReached: done before the work is cancelled, so that what becomes of it then can be told from what
  ///   would have become of it anyway.
  /// - Returns: what the work returns, also when it came to its end while it was being cancelled.
  /// - Throws: `TimeLimitReached` when the work was cancelled and threw anything; else what the work throws.
  public func run<Value: Sendable>(
    onReached: @escaping @Sendable (TimeLimitReached) async -> Void,
    _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let reached = reached
    return try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask { try await work() }
      group.addTask { [end] in
        try await ContinuousClock().sleep(until: end)
        return nil
      }
      defer { group.cancelAll() }
      if case .some(.some(let value)) = try await group.next() { return value }
      await onReached(reached)
      group.cancelAll()
      do {
        if case .some(.some(let value)) = try await group.next() { return value }
      } catch {}
      throw reached
    }
  }
}

extension TimeLimit? {
  /// Runs `work` within the limit, if there is one; all that this process stops when it is reached shares one deadline.
  ///
  /// - Throws: `TimeLimitReached`; what the work throws.
  public func run<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
    guard let limit = self else { return try await work() }
    return try await limit.run(onReached: { _ in StopDeadline.ofThisProcess.call() }, work)
  }
}

/// That the time allowed for a verification ran out.
public struct TimeLimitReached: Diagnostic {
  /// The matchable reason.
  public enum Code: String, Sendable {
    /// The limit of the whole verification.
    case timeLimit = "time-limit"
  }

  let limit: Duration

  /// The matchable reason.
  public var code: Code { .timeLimit }
  /// Which limit it was.
  public var message: String { "the time limit of \(limit) was reached" }
  /// What gives more time.
  public var remedy: String? { "give it longer with --time-limit" }
  /// Nothing but the time.
  public var cause: (any Error)? { nil }
  /// Nothing was proved either way.
  public var exitStatus: ExitStatus { .inconclusive }
}
