/// Waits for what no event tells of: a wait that comes to nothing is an error with a reason, not a hang.
enum Patience {
  /// Far more than anything here takes.
  static let limit = Duration.seconds(30)

  struct Exhausted: Error, CustomStringConvertible {
    let description: String
  }

  /// - Throws: ``Exhausted`` with what there is instead, when it does not come about in time.
  static func wait(
    for what: String, instead: () async throws -> Any = { "" }, until isThere: () async throws -> Bool
  ) async throws {
    let clock = ContinuousClock(), end = clock.now + limit
    while try await !isThere() {
      guard clock.now < end else {
        throw Exhausted(description: "\(what) did not come about within \(limit): \(try await instead())")
      }
      try await clock.sleep(for: .milliseconds(5))
    }
  }
}
