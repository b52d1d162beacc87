import Foundation
import QuenchState

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

extension DirectoryCursor {
  /// Removes the entry of a directory last walked to, with everything below it; links are removed, not followed.
  ///
  /// - Throws: `GitError` with `slotUnwritable`.
  func remove(_ name: [UInt8], in directory: Int32) throws {
    do {
      try TreeRemoval.remove(name, in: directory)
    } catch {
      throw failure("remove", name, error.rawValue)
    }
  }
}

/// Takes files out of a slot's `tree`.
struct Removal {
  let folder: SlotFolder

  /// Removes tracked files, then the directories that have nothing left in them.
  ///
  /// - Returns: how many files there were to remove.
  /// - Throws: `GitError` with `slotUnwritable`.
  func remove(_ paths: [PathBytes]) throws -> Int {
    let cursor = DirectoryCursor(root: folder.tree, shown: folder.slot.tree)
    var removed = 0
    var parents: Set<PathBytes> = []
    for path in paths {
      let parent = path.directory
      guard let directory = try cursor.descriptor(of: parent, creating: false) else { continue }
      let name = Array(path[(parent.isEmpty ? 0 : parent.count + 1)...])
      guard EntryName.refusal(of: name) == nil else { throw cursor.failure("remove", name, EINVAL) }
      var status = stat()
      guard fstatat(directory, name.cString, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
      try cursor.remove(name, in: directory)
      removed += 1
      if !parent.isEmpty { parents.insert(Array(parent)) }
    }
    try prune(parents, cursor)
    return removed
  }

  /// Removes what is at or below some places and is not one of the index's files; an empty place is the root.
  ///
  /// - Parameter keeps: whether something stays all the same; given where it is, its name, and whether it is a folder.
  /// - Returns: how many entries were removed, a directory counting as one.
  /// - Throws: `GitError` with `slotUnwritable`.
  func removeUntracked(
    _ index: SlotIndex, at places: [PathBytes] = [[]],
    keeping keeps: ((_ parent: PathBytes, _ name: [UInt8], _ isFolder: Bool) -> Bool)? = nil
  ) throws -> Int {
    var files: Set<PathBytes> = []
    var directories: Set<PathBytes> = [[]]
    for record in index.records {
      let path = index.path(of: record)
      files.insert(path)
      var parent = Array(path.directory)
      while directories.insert(parent).inserted { parent = Array(parent.directory) }
    }
    let cursor = DirectoryCursor(root: folder.tree, shown: folder.slot.tree)
    var removed = 0
    for place in places where !files.contains(place) && !directories.contains(place) {
      guard let parent = try cursor.descriptor(of: place.directory, creating: false) else { continue }
      let name = Array(place[(place.directory.isEmpty ? 0 : place.directory.count + 1)...])
      var status = stat()
      guard fstatat(parent, name.cString, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
      try cursor.remove(name, in: parent)
      removed += 1
    }
    for directory in directories where places.contains(where: directory.isInside) {
      guard let descriptor = try cursor.descriptor(of: directory, creating: false) else { continue }
      do {
        for name in try DirectoryNames.list(descriptor) {
          let path = directory.appending(name: name)
          guard !files.contains(path), !directories.contains(path) else { continue }
          if let keeps, keeps(directory, name, Self.isFolder(name, in: descriptor)) { continue }
          try cursor.remove(name, in: descriptor)
          removed += 1
        }
      } catch let error as Errno {
        throw GitError.slot("read", folder.slot.tree.string + "/" + directory.text, error)
      }
    }
    return removed
  }

  private static func isFolder(_ name: [UInt8], in directory: Int32) -> Bool {
    var status = stat()
    return fstatat(directory, name.cString, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Removes directories, and those above, as far as nothing is left in them.
  private func prune(_ directories: Set<PathBytes>, _ cursor: DirectoryCursor) throws {
    for directory in directories.sorted(by: { $1.precedes($0) }) {
      var path = directory
      while !path.isEmpty {
        let parent = path.directory
        guard let descriptor = try cursor.descriptor(of: parent, creating: false) else { break }
        let name = Array(path[(parent.isEmpty ? 0 : parent.count + 1)...])
        // Fails for one that is not empty, which is how it should be.
        guard unlinkat(descriptor, name.cString, AT_REMOVEDIR) == 0 else { break }
        path = Array(parent)
      }
    }
  }
}
