import QuenchState

/// The right to change a hot set: one command at a time for each service, side by side for different ones.
struct HotLock: Sendable {
  private let held: [FileLock.Held]

  /// Waits for the right to change one service's set.
  ///
  /// - Throws: `StateError`, or `CancellationError`.
  static func own(
    _ state: StateDirectory, service: String, reason: String, onWait: (@Sendable (String) -> Void)?
  ) async throws -> HotLock {
    let own = try await state.lock("hot-\(service)").acquire(reason: reason, onWait: onWait)
    return HotLock(held: [own, try await state.lock("hot").acquire(.shared, reason: reason, onWait: onWait)])
  }

  /// The right to change one service's set; nil when another command is at work on it.
  ///
  /// - Throws: `StateError`.
  static func free(_ state: StateDirectory, service: String, reason: String) throws(StateError) -> HotLock? {
    guard let own = try state.lock("hot-\(service)").tryAcquire(reason: reason),
      let shared = try state.lock("hot").tryAcquire(.shared, reason: reason)
    else { return nil }
    return HotLock(held: [own, shared])
  }

  /// The right to change the sets of all services; nil when a command is at work on one.
  ///
  /// - Throws: `StateError`.
  static func all(_ state: StateDirectory, reason: String) throws(StateError) -> HotLock? {
    try state.lock("hot").tryAcquire(reason: reason).map { HotLock(held: [$0]) }
  }
}
