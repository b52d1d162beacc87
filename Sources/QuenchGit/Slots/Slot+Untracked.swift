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
}
