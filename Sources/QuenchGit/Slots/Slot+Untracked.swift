import Foundation

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

extension Slot {
  /// Removes what is not part of the slot's revision from some places: there, and below.
  ///
  /// Links are removed, never followed.
  ///
  /// - Parameter places: paths below ``tree``; an empty one is all of it.
  /// - Returns: how many entries were removed, a folder with all that was in it counting as one.
  /// - Throws: `GitError` with `slotUnwritable`, also when the slot does not say what its revision's files are.
  public func removeUntracked(at places: [FilePath]) throws -> Int {
    let folder = try SlotFolder(self)
    guard let index = folder.read(SlotFolder.indexName).flatMap(SlotIndexFile.decode) else {
      throw GitError.slot("read", path.appending(SlotFolder.indexName).string, .noSuchFileOrDirectory)
    }
    let places = places.map { place in
      place.withPlatformString { UnsafeBufferPointer(start: $0, count: strlen($0)).map { UInt8(bitPattern: $0) } }
    }
    return try Removal(folder: folder).removeUntracked(index, at: places)
  }

  /// Removes what an earlier revision's build may have left among the revision's own files, where the next one could take
  /// it for a source: all that is untracked beside a tracked file or in a folder with tracked ones.
  ///
  /// Untracked folders stay at the root, and elsewhere those that go by the name of what a build tool or package manager
  /// keeps for itself, so that builds go on from there; so do the files in which package managers note versions.
  ///
  /// - Returns: how many entries were removed, a folder with all that was in it counting as one.
  /// - Throws: as ``removeUntracked(at:)``.
  public func removeStrays() throws -> Int {
    let folder = try SlotFolder(self)
    guard let index = folder.read(SlotFolder.indexName).flatMap(SlotIndexFile.decode) else {
      throw GitError.slot("read", path.appending(SlotFolder.indexName).string, .noSuchFileOrDirectory)
    }
    return try Removal(folder: folder).removeUntracked(index, at: [[]]) { parent, name, isFolder in
      let name = String(decoding: name, as: UTF8.self)
      return isFolder ? parent.isEmpty || Self.toolFolders.contains(name) : Self.lockFiles.contains(name)
    }
  }

  /// The names of files that no build tool takes for a source, and without which it would ask the network again.
  private static let lockFiles: Set<String> = [
    "Package.resolved", "Cargo.lock", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "go.sum", "Gemfile.lock",
    "poetry.lock", "uv.lock", "composer.lock", "Podfile.lock", "mix.lock",
  ]

  /// The names of folders that build tools and package managers keep things in.
  private static let toolFolders: Set<String> = [
    ".build", ".swiftpm", "build", "target", "dist", "out", "obj", "node_modules", "vendor", "__pycache__", ".venv",
    "venv", ".tox", ".gradle", ".next", ".turbo", ".cache", "_build", "deps", "Pods", "Carthage", "DerivedData",
  ]
}
