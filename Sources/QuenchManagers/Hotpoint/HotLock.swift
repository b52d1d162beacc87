import Foundation
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
    let own = try await lock(state, service).acquire(reason: reason, onWait: onWait)
    return HotLock(held: [own, try await state.lock("hot").acquire(.shared, reason: reason, onWait: onWait)])
  }

  /// The right to change one service's set; nil when another command is at work on it.
  ///
  /// - Throws: `StateError`, or `CancellationError`.
  static func free(_ state: StateDirectory, service: String, reason: String) async throws -> HotLock? {
    guard let own = try lock(state, service).tryAcquire(reason: reason) else { return nil }
    // Every command has all sets for the moment in which it looks for leftovers.
    return HotLock(held: [own, try await state.lock("hot").acquire(.shared, reason: reason)])
  }

  /// The lock of one service's set, under a name that any file system takes.
  private static func lock(_ state: StateDirectory, _ service: String) -> FileLock {
    let allowed = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-_."))
    return state.lock("hot-\((service.addingPercentEncoding(withAllowedCharacters: allowed) ?? service).prefix(200))")
  }

  /// The right to change the sets of all services; nil when a command is at work on one.
  ///
  /// - Throws: `StateError`.
  static func all(_ state: StateDirectory, reason: String) throws(StateError) -> HotLock? {
    try state.lock("hot").tryAcquire(reason: reason).map { HotLock(held: [$0]) }
  }
}
