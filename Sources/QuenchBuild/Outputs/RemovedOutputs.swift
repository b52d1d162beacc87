import Foundation
import QuenchGit
import SystemPackage

/// What was removed from a slot for a build to make again.
///
/// A build that keeps a stamp takes what it made once for made, and leaves it out. So all of it has to be there again
/// before what the build made can count as following from its key. It is noted beside the checkout until then, for the
/// build may be ended half-way, and the next one in the slot finds nothing to remove.
struct RemovedOutputs {
  private let slot: Slot
  private var paths: Set<FilePath>
  /// Whether something that lay among the revision's files went too, which the build may have taken for made.
  private var hasStrays: Bool

  /// What was removed for builds that did not come to their end.
  init(in slot: Slot) {
    self.slot = slot
    let noted = FileManager.default.contents(atPath: Self.file(in: slot).string) ?? Data()
    paths = Set(noted.split(separator: 0).map { FilePath(bytes: $0) })
    hasStrays = FileManager.default.fileExists(atPath: Self.strays(in: slot).string)
  }

  private static func file(in slot: Slot) -> FilePath { slot.path.appending("removed-outputs") }
  private static func strays(in slot: Slot) -> FilePath { slot.path.appending("removed-strays") }

  /// Whether there was nothing to remove.
  var isEmpty: Bool { paths.isEmpty && !hasStrays }

  /// Whether everything is there again.
  var areMadeAgain: Bool { !paths.contains { !isThere($0) } }

  /// Notes all that is at some places and below, before any of it is removed.
  ///
  /// - Throws: `BuildError` with code `slot-unwritable` or `disk-full`.
  mutating func note(all places: [FilePath]) throws {
    for place in places { add(place) }
    guard !paths.isEmpty else { return }
    let file = Self.file(in: slot)
    do {
      try DurableFile.replace(file, with: Data(paths.map(\.bytes).joined(separator: [0])))
    } catch {
      throw BuildError.writing(file, as: .slotUnwritable, error)
    }
  }

  /// Leaves out what is there: the files of the revision, which nothing removes.
  mutating func leaveOutPresent() { paths = paths.filter { !isThere($0) } }

  /// Forgets what was removed, once all is made again, or the slot holds nothing but the revision.
  func forget() {
    DurableFile.remove(Self.file(in: slot))
    DurableFile.remove(Self.strays(in: slot))
  }

  /// Notes that something else was removed, which a build need not make again, but may fail for want of.
  ///
  /// - Throws: `BuildError` with code `slot-unwritable` or `disk-full`.
  mutating func noteStrays() throws {
    hasStrays = true
    do {
      try DurableFile.replace(Self.strays(in: slot), with: Data())
    } catch {
      throw BuildError.writing(Self.strays(in: slot), as: .slotUnwritable, error)
    }
  }

  private func isThere(_ path: FilePath) -> Bool {
    (try? FolderListing.status(of: slot.tree.pushing(path))) != nil
  }

  private mutating func add(_ path: FilePath) {
    guard let status = try? FolderListing.status(of: slot.tree.pushing(path)) else { return }
    paths.insert(path)
    guard status.st_mode & S_IFMT == S_IFDIR else { return }
    // What is in a folder that cannot be read is made again when the folder is.
    for name in (try? FolderListing.names(in: slot.tree.pushing(path))) ?? [] { add(path.appending(name)) }
  }
}
