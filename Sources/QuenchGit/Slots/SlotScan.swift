import Dispatch
import Foundation

/// Looks at every tracked file of a slot, to find those that were changed since they were written.
struct SlotScan: Sendable {
  let index: SlotIndex
  let folder: SlotFolder

  /// The numbers of the records whose files are missing, look different, or are too young to tell.
  func suspects() -> [Int] {
    let count = index.records.count
    // A look takes about a microsecond, so that a few hundred are not worth a thread. There are more shares than
    // threads, so that one that is held up leaves its share of the work to the others.
    let shares = min(4 * min(ProcessInfo.processInfo.activeProcessorCount, 8), count / 256)
    guard shares > 1 else { return suspects(in: 0..<count) }
    var found = [[Int]](repeating: [], count: shares)
    found.withUnsafeMutableBufferPointer { found in
      // Each iteration writes its own element, and all have ended when the call returns.
      nonisolated(unsafe) let found = found
      DispatchQueue.concurrentPerform(iterations: shares) { share in
        found[share] = suspects(in: (count * share / shares)..<(count * (share + 1) / shares))
      }
    }
    return found.flatMap { $0 }
  }

  private func suspects(in range: Range<Int>) -> [Int] {
    var suspects: [Int] = []
    let cursor = DirectoryCursor(root: folder.tree, shown: folder.slot.tree)
    index.paths.withUnsafeBufferPointer { paths in
      index.records.withUnsafeBufferPointer { records in
        guard let base = paths.baseAddress else { return }
        var directory = UnsafeBufferPointer(start: base, count: 0)
        var descriptor: Int32? = folder.tree
        var status = stat()
        for number in range {
          let record = records[number]
          let path = UnsafeBufferPointer(start: base + Int(record.pathOffset), count: Int(record.pathLength))
          var length = path.count
          while length > 0, path[length - 1] != PathBytes.separator { length -= 1 }
          let parent = UnsafeBufferPointer(rebasing: path[..<max(length - 1, 0)])
          if !parent.elementsEqual(directory) {
            // A directory that cannot be opened, or is a link by now, puts everything in it under suspicion.
            descriptor = try? cursor.descriptor(of: parent, creating: false)
            directory = parent
          }
          let name = UnsafeRawPointer(base + Int(record.pathOffset) + length).assumingMemoryBound(to: CChar.self)
          guard let descriptor, fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0,
            record.isUntouched(FileStamp(status), in: index)
          else {
            suspects.append(number)
            continue
          }
        }
      }
    }
    return suspects
  }
}

extension SlotIndex.Record {
  /// Whether the stamp is certainly that of the recorded content; of a submodule's directory only the kind counts.
  fileprivate func isUntouched(_ stamp: FileStamp, in index: SlotIndex) -> Bool {
    if entryMode == EntryMode.submodule.rawValue { return stamp.isDirectory }
    return stamp == self.stamp && !index.isTooYoung(self)
  }
}
