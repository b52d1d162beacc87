/// What every tracked file of a slot looked like when it was written: the file `index` beside `state.json`.
///
/// The records are in the order of paths; ``SlotIndexFile`` is their form on disk.
struct SlotIndex: Sendable {
  /// One tracked file.
  struct Record: Sendable {
    var pathOffset: UInt32
    var pathLength: UInt32
    /// An ``EntryMode``.
    var entryMode: UInt32
    /// The stamp's `mode`.
    var fileMode: UInt32
    var size: Int64
    var modified: Int64
    var changed: Int64
    var inode: UInt64
    var id: ObjectID

    var stamp: FileStamp {
      FileStamp(mode: fileMode, size: size, modified: modified, changed: changed, inode: inode)
    }
  }

  /// A tracked file with its stamp, to be recorded.
  struct Update {
    let file: TreeFile
    let stamp: FileStamp
  }

  /// For how long, in nanoseconds, a file may be written again and get the same time stamp: the clock that stamps files
  /// ticks every 10 ms or more often.
  private static let tick: Int64 = 10_000_000

  /// The tree whose files these are.
  let tree: ObjectID
  /// When the stamps were taken, in nanoseconds since 1970.
  let recordedAt: Int64
  private(set) var records: [Record] = []
  /// The paths one after the other, each ended by a zero byte.
  private(set) var paths: [UInt8] = []

  /// An index as it was stored.
  init(tree: ObjectID, recordedAt: Int64, records: [Record], paths: [UInt8]) {
    self.tree = tree
    self.recordedAt = recordedAt
    self.records = records
    self.paths = paths
  }

  /// The index of a slot that holds exactly these files.
  init(tree: ObjectID, _ updates: [Update]) {
    self.init(tree: tree, recordedAt: FileStamp.now, records: [], paths: [])
    records.reserveCapacity(updates.count)
    for update in Self.sorted(updates) { append(update) }
  }

  /// The path of a record.
  func path(of record: Record) -> PathBytes {
    Array(paths[Int(record.pathOffset)..<Int(record.pathOffset + record.pathLength)])
  }

  /// Whether a file may have been written again after its stamp was taken without the stamp telling.
  func isTooYoung(_ record: Record) -> Bool {
    max(record.modified, record.changed) >= recordedAt - Self.tick
  }

  /// The index after a move: without the removed paths, with the updates.
  func moved(to tree: ObjectID, removed: [PathBytes], updates: [Update]) -> SlotIndex {
    let updates = Self.sorted(updates)
    if removed.isEmpty, let patched = patched(tree: tree, updates) { return patched }
    let removed = Set(removed)
    var result = SlotIndex(tree: tree, [])
    result.records.reserveCapacity(records.count + updates.count)
    result.paths.reserveCapacity(paths.count)
    var next = updates.makeIterator()
    var update = next.next()
    for record in records {
      let path = path(of: record)
      while let pending = update, pending.file.path.precedes(path) {
        result.append(pending)
        update = next.next()
      }
      if let pending = update, pending.file.path == path {
        result.append(pending)
        update = next.next()
      } else if !removed.contains(path) {
        result.append(record, path: path)
      }
    }
    while let pending = update {
      result.append(pending)
      update = next.next()
    }
    return result
  }

  /// The usual move changes the content of files that were there before, so that all paths stay.
  private func patched(tree: ObjectID, _ updates: [Update]) -> SlotIndex? {
    var result = SlotIndex(tree: tree, recordedAt: FileStamp.now, records: records, paths: paths)
    for update in updates {
      guard let position = position(of: update.file.path) else { return nil }
      result.records[position].take(update)
    }
    return result
  }

  /// The number of the record for a path, by binary search.
  func position(of path: PathBytes) -> Int? {
    var (low, high) = (0, records.count)
    while low < high {
      let middle = (low + high) / 2
      let record = records[middle]
      let candidate = paths[Int(record.pathOffset)..<Int(record.pathOffset + record.pathLength)]
      if candidate.lexicographicallyPrecedes(path) { low = middle + 1 } else { high = middle }
    }
    guard low < records.count, self.path(of: records[low]) == path else { return nil }
    return low
  }

  private mutating func append(_ update: Update) {
    var record = Record(
      pathOffset: 0, pathLength: 0, entryMode: 0, fileMode: 0, size: 0, modified: 0, changed: 0, inode: 0,
      id: update.file.id)
    record.take(update)
    append(record, path: update.file.path)
  }

  private mutating func append(_ record: Record, path: PathBytes) {
    var record = record
    record.pathOffset = UInt32(paths.count)
    record.pathLength = UInt32(path.count)
    records.append(record)
    paths += path
    paths.append(0)
  }

  private static func sorted(_ updates: [Update]) -> [Update] {
    let isSorted = zip(updates, updates.dropFirst()).allSatisfy { $0.file.path.precedes($1.file.path) }
    return isSorted ? updates : updates.sorted { $0.file.path.precedes($1.file.path) }
  }
}

extension SlotIndex.Record {
  fileprivate mutating func take(_ update: SlotIndex.Update) {
    entryMode = update.file.mode.rawValue
    id = update.file.id
    fileMode = update.stamp.mode
    size = update.stamp.size
    modified = update.stamp.modified
    changed = update.stamp.changed
    inode = update.stamp.inode
  }
}
