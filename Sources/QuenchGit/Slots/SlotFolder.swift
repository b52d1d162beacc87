import Foundation
import QuenchState

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// A slot's directory and its `tree`, held open so that nothing is looked up by path again.
final class SlotFolder: Sendable {
  static let stateName = "state.json"
  static let indexName = "index"

  let slot: Slot
  /// Descriptors of the slot's directory and of `tree`.
  let directory: Int32
  let tree: Int32
  /// Whether `tree` had nothing in it.
  let isFresh: Bool

  /// Opens a slot, making its directories where they are missing.
  ///
  /// - Throws: `GitError` with `slotUnwritable`.
  init(_ slot: Slot) throws {
    self.slot = slot
    do {
      try FileManager.default.createDirectory(atPath: slot.path.string, withIntermediateDirectories: true)
    } catch {
      throw GitError(.slotUnwritable, "could not make the slot \(slot.path)", cause: error)
    }
    directory = open(slot.path.string, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { throw GitError.slot("open", slot.path.string, Errno(rawValue: errno)) }
    do {
      let cursor = DirectoryCursor(root: directory, shown: slot.path)
      guard let tree = try cursor.descriptor(of: Array("tree".utf8), creating: true) else {
        throw GitError.slot("open", slot.tree.string, .noSuchFileOrDirectory)
      }
      self.tree = fcntl(tree, F_DUPFD_CLOEXEC, 0)
      guard self.tree >= 0 else { throw GitError.slot("open", slot.tree.string, Errno(rawValue: errno)) }
    } catch {
      close(directory)
      throw error
    }
    isFresh = (try? DirectoryNames.list(tree).isEmpty) ?? false
  }

  deinit {
    close(tree)
    close(directory)
  }

  /// The content of a file of the slot's own, or nil when it cannot be read.
  func read(_ name: String) -> [UInt8]? {
    let file = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    return try? FileBytes.read(FileDescriptor(rawValue: file))
  }

  /// Writes a file of the slot's own in place and waits until it is on the disk.
  ///
  /// A torn write leaves text that does not parse, which counts as a slot in doubt: as this is to announce.
  /// - Throws: `GitError` with `slotUnwritable`.
  func announce(_ bytes: [UInt8]) throws {
    try write(bytes, to: Self.stateName, flags: O_TRUNC, flushing: true)
  }

  /// Replaces a file of the slot's own at once: whoever is killed leaves the old one or the new one.
  ///
  /// - Throws: `GitError` with `slotUnwritable`.
  func replace(_ name: String, with bytes: some ContiguousBytes) throws {
    let temporary = name + ".new"
    try write(bytes, to: temporary, flags: O_TRUNC, flushing: false)
    guard renameat(directory, temporary, directory, name) == 0 else { throw failure("replace", name) }
  }

  private func write(_ bytes: some ContiguousBytes, to name: String, flags: Int32, flushing: Bool) throws {
    let file = openat(directory, name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | flags, 0o644)
    guard file >= 0 else { throw failure("open", name) }
    let descriptor = FileDescriptor(rawValue: file)
    do {
      try bytes.withUnsafeBytes { _ = try descriptor.writeAll($0) }
      if flushing, fsync(file) != 0 { throw Errno(rawValue: errno) }
      try descriptor.close()
    } catch let error as Errno {
      try? descriptor.close()
      throw GitError.slot("write", slot.path.appending(name).string, error)
    }
  }

  private func failure(_ action: String, _ name: String) -> GitError {
    GitError.slot(action, slot.path.appending(name).string, Errno(rawValue: errno))
  }
}

extension GitError {
  /// The error for a system call on a path of a slot.
  static func slot(_ action: String, _ path: String, _ error: Errno) -> GitError {
    let remedy =
      switch error {
      case .noSpace: "free space on that disk (df -h), then run the same command again: it repairs the slot"
      case .permissionDenied, .notPermitted: "see who owns it: ls -ld '\(path)'"
      default: "run the same command again: it repairs the slot"
      }
    return GitError(.slotUnwritable, "could not \(action) \(path): \(error)", remedy: remedy, cause: error)
  }
}
