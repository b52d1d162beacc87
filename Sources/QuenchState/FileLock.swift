import Foundation
import SystemPackage

/// A lock between processes that dies with its holder: flock(2) on a file that says who holds it and why.
public struct FileLock: Sendable {
  /// The lock's file.
  public let path: FilePath

  /// Names a lock.
  public init(path: FilePath) {
    self.path = path
  }

  /// Whether others may hold the lock at the same time.
  public enum Mode: Sendable {
    /// Nobody else.
    case exclusive
    /// Others that share it.
    case shared
  }

  /// A lock that is held until this is released or gone.
  public final class Held: Sendable {
    private let descriptor: FileDescriptor

    init(_ descriptor: FileDescriptor) { self.descriptor = descriptor }

    deinit {
      // A child that is on its way to another program still has the file open; closing it here alone would leave it locked.
      flock(descriptor.rawValue, LOCK_UN)
      try? descriptor.close()
    }
  }

  /// Takes the lock if nobody holds it.
  ///
  /// - Parameters:
  ///   - mode: whether others may hold it too.
  ///   - reason: what it is held for, in words that tell another user enough to wait or not.
  /// - Returns: nil when another process holds it.
  /// - Throws: `StateError` with code `state-unwritable` when its file cannot be opened or locked.
  public func tryAcquire(_ mode: Mode = .exclusive, reason: String) throws(StateError) -> Held? {
    var descriptor: FileDescriptor
    repeat {
      do {
        descriptor = try FileDescriptor.open(
          path, .readWrite, options: [.create, .closeOnExec, .noFollow], permissions: [.ownerReadWrite])
      } catch {
        throw StateError(.unwritable, "cannot open the lock \(path)", cause: error)
      }
      if let failure = Self.lock(descriptor, mode == .exclusive ? LOCK_EX : LOCK_SH) {
        try? descriptor.close()
        guard failure == .wouldBlock else {
          throw StateError(.unwritable, "cannot lock \(path)", cause: failure)
        }
        return nil
      }
    } while !keeps(descriptor)
    if mode == .exclusive {
      let owner = "\(getpid()) \(reason)\n"
      ftruncate(descriptor.rawValue, 0)
      _ = try? descriptor.writeAll(toAbsoluteOffset: 0, owner.utf8)
    }
    return Held(descriptor)
  }

  /// Whether the open file is still the lock's; closes it when its last holder removed it.
  private func keeps(_ descriptor: FileDescriptor) -> Bool {
    var opened = stat(), named = stat()
    if fstat(descriptor.rawValue, &opened) == 0, lstat(path.string, &named) == 0, opened.st_dev == named.st_dev,
      opened.st_ino == named.st_ino
    {
      return true
    }
    try? descriptor.close()
    return false
  }

  /// Whether a process may hold the lock for itself alone: false only where it is certain that none does.
  ///
  /// Whoever finds it free may end and remove what belongs to its holder, so what cannot be told counts as held.
  public var isHeld: Bool {
    let descriptor: FileDescriptor
    do {
      descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .noFollow])
    } catch {
      return error as? Errno != .noSuchFileOrDirectory
    }
    defer { try? descriptor.close() }
    return Self.lock(descriptor, LOCK_SH) != nil
  }

  /// Locks an open file without waiting for its holder; says why it could not.
  private static func lock(_ descriptor: FileDescriptor, _ mode: Int32) -> Errno? {
    while flock(descriptor.rawValue, mode | LOCK_NB) != 0 {
      let failure = Errno(rawValue: errno)
      if failure != .interrupted { return failure }
    }
    return nil
  }

  /// Takes the lock, waiting for its holder.
  ///
  /// - Parameters:
  ///   - mode: whether others may hold it too.
  ///   - reason: what it is held for.
  ///   - onWait: told once, with the holder's own words, when there is one to wait for.
  /// - Throws: `StateError`, or `CancellationError` when the task is cancelled while waiting.
  public func acquire(
    _ mode: Mode = .exclusive, reason: String, onWait: (@Sendable (String) -> Void)? = nil
  ) async throws -> Held {
    var told = false
    while true {
      if let held = try tryAcquire(mode, reason: reason) { return held }
      if !told {
        told = true
        onWait?(holder ?? "another process")
      }
      try await Self.pause()
    }
  }

  /// Takes the lock for this process alone, if its holder lets go of it within `limit`; nil otherwise.
  ///
  /// - Throws: as ``acquire(_:reason:onWait:)``.
  public func acquire(reason: String, within limit: Duration) async throws -> Held? {
    let clock = ContinuousClock()
    let end = clock.now + limit
    while true {
      if let held = try tryAcquire(reason: reason) { return held }
      guard clock.now < end else { return nil }
      try await Self.pause()
    }
  }

  /// flock has no event to wait for that a cancelled task could be freed from.
  private static func pause() async throws {
    try await Task.sleep(for: .milliseconds(20))
  }

  /// Who holds the lock and why, in its own words.
  public var holder: String? {
    guard let text = try? String(contentsOfFile: path.string, encoding: .utf8) else { return nil }
    let words = text.trimmingCharacters(in: .whitespacesAndNewlines).split(separator: " ", maxSplits: 1)
    guard words.count == 2 else { return nil }
    return "\(words[1]) (process \(words[0]))"
  }
}
