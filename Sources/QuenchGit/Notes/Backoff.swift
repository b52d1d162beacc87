/// Waits a little longer, and never as long as others do, each time something was in the way.
struct Backoff {
  /// How often it has waited.
  private(set) var attempts = 0

  /// Waits between 20 milliseconds and 2 seconds: doubled each time, by a random half more or less.
  ///
  /// - Throws: `CancellationError` when the task is cancelled.
  mutating func wait() async throws {
    let milliseconds = Double(min(20 << min(attempts, 10), 1400)) * Double.random(in: 0.5...1.5)
    attempts += 1
    try await Task.sleep(for: .milliseconds(milliseconds))
  }
}
