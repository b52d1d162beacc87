import QuenchDiagnostics

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

/// Runs `work`, cancelling it when `limit` has passed, and waits for it to clean up.
///
/// - Throws: `TimeLimitReached`, or what `work` throws.
func withTimeLimit(_ limit: Duration?, _ work: @escaping @Sendable () async throws -> Void) async throws {
  guard let limit else { return try await work() }
  try await withThrowingTaskGroup(of: Bool.self) { group in
    group.addTask {
      try await work()
      return true
    }
    group.addTask {
      try await Task.sleep(for: limit)
      return false
    }
    let isDone = try await group.next() ?? true
    group.cancelAll()
    if isDone { return }
    do {
      _ = try await group.next()
    } catch is CancellationError {
      throw TimeLimitReached(limit: limit)
    }
    // The work came to its end while it was being cancelled.
  }
}
