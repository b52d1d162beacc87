import Foundation
import SystemPackage

/// Files that are written whole: whoever is killed leaves the old one or the new one, also when the machine stops.
enum DurableFile {
  /// How drafts are named, so that those of killed writers are told from files.
  static let draftSuffix = ".draft"

  /// A new name for a draft of `path`, in the same folder.
  static func draft(of path: FilePath) -> FilePath { FilePath("\(path).\(UUID().uuidString)\(draftSuffix)") }

  /// Makes `path` hold `data`.
  ///
  /// - Throws: `Errno`.
  static func replace(_ path: FilePath, with data: Data) throws {
    let draft = draft(of: path)
    do {
      let file = try FileDescriptor.open(
        draft, .writeOnly, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
      try file.closeAfter {
        _ = try file.writeAll(data)
        try flush(file)
      }
      try rename(draft, to: path)
    } catch {
      remove(draft)
      throw error
    }
  }

  /// Gives a written and flushed draft its name.
  ///
  /// - Throws: `Errno`.
  static func rename(_ draft: FilePath, to path: FilePath) throws {
    guard Foundation.rename(draft.string, path.string) == 0 else { throw Errno(rawValue: errno) }
    let folder = try FileDescriptor.open(path.removingLastComponent(), .readOnly, options: [.directory, .closeOnExec])
    try folder.closeAfter { try flush(folder) }
  }

  /// Waits until what was written is on the disk.
  ///
  /// - Throws: `Errno`.
  static func flush(_ file: FileDescriptor) throws {
    guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
  }

  /// Removes a file if it is there.
  static func remove(_ path: FilePath) { unlink(path.string) }
}
