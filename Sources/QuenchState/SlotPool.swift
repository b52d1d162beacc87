import Foundation
import SystemPackage

/// Folders that are reused one user at a time: build slots, and slots for the tests' checkouts.
///
/// They are named `<name>-0`, `<name>-1`, … and locked while they are used, so that any number of commands can work side
/// by side; a slot that held the wanted content last is preferred, then the one used last.
public struct SlotPool: Sendable {
  let folder: FilePath
  let locks: FilePath
  let name: String

  /// The slots of one kind in a state folder.
  public init(_ state: StateDirectory, name: String) {
    folder = state.work
    locks = state.run
    self.name = name
  }

  /// A slot that is held until this is released or gone.
  public struct Taken: Sendable {
    /// The slot's folder; it exists.
    public let path: FilePath
    /// What it was used for last; nil when it is new.
    public let lastContent: String?
    let lock: FileLock.Held

    /// Notes what the slot is used for now.
    public func note(content: String) {
      try? Data(content.utf8).write(to: URL(filePath: path.appending("content").string), options: .atomic)
    }
  }

  /// Takes the best free slot, making a new one when all are in use.
  ///
  /// - Parameters:
  ///   - content: what the slot is wanted for; a slot that held it last is preferred.
  ///   - reason: what it is used for, for others who look at the lock.
  /// - Throws: `StateError` with code `state-unwritable`.
  public func take(for content: String, reason: String) throws(StateError) -> Taken {
    let existing = slots().sorted { left, right in
      let leftFits = left.content == content, rightFits = right.content == content
      return leftFits != rightFits ? leftFits : left.used > right.used
    }
    for slot in existing {
      if let taken = try take(slot.path, content: slot.content, reason: reason) { return taken }
    }
    var number = 0
    while true {
      let path = folder.appending("\(name)-\(number)")
      if !existing.contains(where: { $0.path == path }), let taken = try take(path, content: nil, reason: reason) {
        return taken
      }
      number += 1
    }
  }

  private func take(_ path: FilePath, content: String?, reason: String) throws(StateError) -> Taken? {
    let lock = FileLock(path: locks.appending("slot-\(path.lastComponent?.string ?? name).lock"))
    guard let held = try lock.tryAcquire(reason: reason) else { return nil }
    do {
      try FileManager.default.createDirectory(
        atPath: path.string, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw StateError(.unwritable, "cannot make the slot \(path)", cause: error)
    }
    return Taken(path: path, lastContent: content, lock: held)
  }

  private func slots() -> [(path: FilePath, content: String?, used: Date)] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.string)) ?? []).compactMap { entry in
      guard entry.hasPrefix("\(name)-"), Int(entry.dropFirst(name.count + 1)) != nil else { return nil }
      let path = folder.appending(entry)
      let note = path.appending("content").string
      let used = (try? FileManager.default.attributesOfItem(atPath: note)[.modificationDate]) as? Date
      return (path, try? String(contentsOfFile: note, encoding: .utf8), used ?? .distantPast)
    }
  }
}
