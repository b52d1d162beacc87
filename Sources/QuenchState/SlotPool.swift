import Foundation
import SystemPackage

/// Folders that are reused, one user at a time: those that services are built in, and those that tests are.
///
/// They are named `<name>-0`, `<name>-1`, … and locked while they are used, so that any number of commands can work side
/// by side. A slot stays with the owner it was first used for, since what another one leaves there would be in the way.
public struct SlotPool: Sendable {
  let state: StateDirectory
  let name: String

  /// The slots of one kind in a state folder.
  public init(_ state: StateDirectory, name: String) {
    self.state = state
    self.name = name
  }

  /// A slot that is held until this is released or gone.
  public struct Taken: Sendable {
    /// The slot's folder; it exists.
    public let path: FilePath
    let lock: FileLock.Held
  }

  /// Takes the free slot that its owner used last, else a new one.
  ///
  /// - Parameters:
  ///   - owner: who the slot is for, in words that stay the same from one use to the next.
  ///   - reason: what it is used for, for others who look at the lock.
  /// - Throws: `StateError` with code `state-unwritable`.
  public func take(for owner: String, reason: String) throws(StateError) -> Taken {
    for slot in slots().filter({ $0.owner == owner }).sorted(by: { $0.used > $1.used }) {
      if let taken = try take(slot.number, for: owner, reason: reason) { return taken }
    }
    var number = 0
    while true {
      if let taken = try take(number, for: owner, reason: reason) { return taken }
      number += 1
    }
  }

  /// Removes the slots that nobody has used for `age`.
  ///
  /// - Returns: how many.
  /// - Throws: `StateError` with code `state-unwritable`.
  public func remove(unusedFor age: Duration, now: Date = Date()) throws(StateError) -> Int {
    let limit = now.addingTimeInterval(-Double(age.components.seconds))
    var count = 0
    for slot in slots() where slot.used < limit {
      guard let lock = try lock(slot.number).tryAcquire(reason: "removing a slot") else { continue }
      if TreeRemoval.remove(path(slot.number)) { count += 1 }
      withExtendedLifetime(lock) {}
    }
    return count
  }

  private func take(_ number: Int, for owner: String, reason: String) throws(StateError) -> Taken? {
    let note = note(number)
    if let kept = try? String(contentsOfFile: note, encoding: .utf8), kept != owner { return nil }
    guard let held = try lock(number).tryAcquire(reason: reason) else { return nil }
    // Between looking and locking it may have been given to somebody else.
    if let kept = try? String(contentsOfFile: note, encoding: .utf8), kept != owner { return nil }
    do {
      try FileManager.default.createDirectory(
        atPath: path(number).string, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      try Data(owner.utf8).write(to: URL(filePath: note), options: .atomic)
    } catch {
      throw StateError(.unwritable, "cannot make the slot \(path(number))", cause: error)
    }
    return Taken(path: path(number), lock: held)
  }

  private func slots() -> [(number: Int, owner: String?, used: Date)] {
    ((try? FileManager.default.contentsOfDirectory(atPath: state.work.string)) ?? []).compactMap { entry in
      guard entry.hasPrefix("\(name)-"), let number = Int(entry.dropFirst(name.count + 1)) else { return nil }
      let note = note(number)
      let used = (try? FileManager.default.attributesOfItem(atPath: note)[.modificationDate]) as? Date
      return (number, try? String(contentsOfFile: note, encoding: .utf8), used ?? .distantPast)
    }
  }

  private func path(_ number: Int) -> FilePath { state.work.appending("\(name)-\(number)") }

  private func note(_ number: Int) -> String { path(number).appending("owner").string }

  private func lock(_ number: Int) -> FileLock { state.lock("slot-\(name)-\(number)") }
}
