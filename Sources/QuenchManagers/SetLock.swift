import Foundation
import QuenchLedger
import QuenchState

/// The right to change a hot or a cold set: one owner at a time for each service, side by side for different ones.
///
/// It names its owner and what that does, and goes with the owner's process.
public struct SetLock: Sendable {
  private let held: [FileLock.Held]

  /// Waits for the right to change one service's set.
  ///
  /// - Throws: `StateError`, or `CancellationError`.
  static func own(
    _ set: SetName, of service: String, in state: StateDirectory, reason: String,
    onWait: (@Sendable (String) -> Void)? = nil
  ) async throws -> SetLock {
    let own = try await lock(set, service, state).acquire(reason: reason, onWait: onWait)
    return SetLock(held: [own, try await all(set, state).acquire(.shared, reason: reason, onWait: onWait)])
  }

  /// The right to change one service's set; nil when somebody else has it.
  ///
  /// - Throws: `StateError`, or `CancellationError`.
  static func free(
    _ set: SetName, of service: String, in state: StateDirectory, reason: String
  ) async throws -> SetLock? {
    guard let own = try lock(set, service, state).tryAcquire(reason: reason) else { return nil }
    // Every command has all sets for the moment in which it looks for leftovers.
    return SetLock(held: [own, try await all(set, state).acquire(.shared, reason: reason)])
  }

  /// Who has the right to change one service's set, and what for; nil when nobody says so.
  static func holder(_ set: SetName, of service: String, in state: StateDirectory) -> String? {
    let lock = lock(set, service, state)
    return lock.isHeld ? lock.holder : nil
  }

  /// The right to change the sets of all services; nil when somebody is at work on one.
  ///
  /// - Throws: `StateError`.
  static func all(_ set: SetName, in state: StateDirectory, reason: String) throws(StateError) -> SetLock? {
    try all(set, state).tryAcquire(reason: reason).map { SetLock(held: [$0]) }
  }

  private static func all(_ set: SetName, _ state: StateDirectory) -> FileLock { state.lock(set.rawValue) }

  /// The lock of one service's set, under a name that any file system takes.
  private static func lock(_ set: SetName, _ service: String, _ state: StateDirectory) -> FileLock {
    state.lock("\(set.rawValue)-\(StateDirectory.fileName(of: service))")
  }
}
