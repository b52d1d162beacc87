import Foundation
import QuenchGit
import QuenchState
import SystemPackage

/// The checkouts that builds are made in, each used by one build at a time and kept for the next.
struct BuildSlots: Sendable {
  /// Who a slot is kept for: what another service left in it would be in the way.
  struct Owner: Codable, Equatable {
    let service: String
    let repository: String
  }

  /// A slot that nobody else uses.
  struct Held: Sendable {
    let slot: Slot
    let lock: FileLock.Held
  }

  private static let ownerName = "owner.json"
  private static let prefix = "build-"

  let state: StateDirectory

  /// A free slot: the one its owner used last, else a new one.
  ///
  /// - Throws: `BuildError` with code `slot-unwritable` or `disk-full`.
  func take(for owner: Owner) throws(BuildError) -> Held {
    do {
      for (number, kept, _) in used().sorted(by: { $0.last > $1.last }) where kept == owner {
        if let held = try hold(number, for: owner) { return held }
      }
      let taken = Set(used().map(\.number))
      var number = 1
      while true {
        if !taken.contains(number), let held = try hold(number, for: owner) { return held }
        number += 1
      }
    } catch {
      throw BuildError.writing(state.work, as: .slotUnwritable, error)
    }
  }

  /// Removes the slots that no build has used for `age`.
  ///
  /// - Returns: how many.
  func remove(unusedFor age: Duration, now: Date = Date()) throws -> Int {
    var count = 0
    for (number, _, last) in used() where last < now.addingTimeInterval(-age.inSeconds) {
      guard let lock = try lock(number).tryAcquire(reason: "removing a build slot") else { continue }
      try Self.removeFolder(path(number))
      withExtendedLifetime(lock) {}
      count += 1
    }
    return count
  }

  private func hold(_ number: Int, for owner: Owner) throws -> Held? {
    guard let lock = try lock(number).tryAcquire(reason: "building \(owner.service)") else { return nil }
    let folder = path(number)
    let record = folder.appending(Self.ownerName)
    // Between looking and locking it may have been given to somebody else.
    if let kept = read(record), kept != owner { return nil }
    try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
    try DurableFile.replace(record, with: ImageDocuments.encode(owner))
    return Held(slot: Slot(folder), lock: lock)
  }

  private func used() -> [(number: Int, owner: Owner?, last: Date)] {
    let names = (try? FolderListing.names(in: state.work)) ?? []
    return names.map(\.string).compactMap { name in
      guard name.hasPrefix(Self.prefix), let number = Int(name.dropFirst(Self.prefix.count)) else { return nil }
      let record = path(number).appending(Self.ownerName)
      let changed = try? FileManager.default.attributesOfItem(atPath: record.string)[.modificationDate]
      return (number, read(record), changed as? Date ?? .distantPast)
    }
  }

  private func read(_ record: FilePath) -> Owner? {
    (try? Data(contentsOf: URL(filePath: record.string))).flatMap { try? JSONDecoder().decode(Owner.self, from: $0) }
  }

  private func path(_ number: Int) -> FilePath { state.work.appending("\(Self.prefix)\(number)") }

  private func lock(_ number: Int) -> FileLock { state.lock("slot-\(number)") }

  /// Removes a folder although builds may have left folders in it that cannot be written.
  private static func removeFolder(_ folder: FilePath) throws {
    if (try? FileManager.default.removeItem(atPath: folder.string)) != nil { return }
    var pending = [folder]
    while let next = pending.popLast() {
      chmod(next.string, 0o700)
      for name in try FolderListing.names(in: next) {
        let child = next.appending(name)
        if try FolderListing.status(of: child).st_mode & S_IFMT == S_IFDIR { pending.append(child) }
      }
    }
    try FileManager.default.removeItem(atPath: folder.string)
  }
}
