import SystemPackage

/// Reads an artifact's archive strictly: what Quench did not write so is refused.
///
/// Names are relative and without `..`, in ascending order (so that none comes twice), each in a folder that came before
/// it and never below a link; types are file, folder and symbolic link; after the end nothing follows.
struct ArchiveReader: ~Copyable {
  private var file: HashingFile
  private var previous: [UInt8] = []
  private var folders: Set<[UInt8]> = []
  private var unread: Int64 = 0

  /// Opens the archive.
  ///
  /// - Throws: `Errno`.
  init(_ path: FilePath) throws {
    file = try HashingFile(path)
  }

  /// The next entry, or nil at the archive's end.
  ///
  /// - Throws: `ArchiveHeader.Flaw` for what Quench does not write, `HashingFile.ReadFailure`, `CancellationError`.
  mutating func next() throws -> ArchiveEntry? {
    precondition(unread == 0, "the content of an entry is read before the next entry")
    var block = try header()
    guard block.contains(where: { $0 != 0 }) else {
      guard try header().allSatisfy({ $0 == 0 }) else { throw ArchiveHeader.Flaw("half an end") }
      return nil
    }
    var records: [UInt8] = []
    if block[156] == ArchiveHeader.TypeFlag.records.rawValue {
      guard let pax = ArchiveHeader.Block(block), pax.size > 0, pax.size <= ArchiveHeader.longestRecords,
        block == ArchiveHeader.paxBlock(count: Int(pax.size)), let data = try file.bytes(Int(pax.size))
      else { throw ArchiveHeader.Flaw("a pax header that cannot be read") }
      records = data
      try skipPadding(after: pax.size)
      block = try header()
    }
    let entry = try ArchiveHeader.decode(block, records: records)
    guard previous.lexicographicallyPrecedes(entry.name) else {
      throw ArchiveHeader.Flaw("a name that comes twice or out of order (\(entry.text))")
    }
    guard entry.parent.isEmpty || folders.contains(Array(entry.parent)) else {
      throw ArchiveHeader.Flaw("an entry that lies in no folder of it (\(entry.text))")
    }
    if entry.kind == .folder { folders.insert(entry.name) }
    previous = entry.name
    unread = entry.size
    return entry
  }

  /// Hands out the content of the file that came last, piece by piece.
  ///
  /// - Throws: `ArchiveHeader.Flaw` when the archive ends in it, `HashingFile.ReadFailure`, `CancellationError`, or what `body` throws.
  mutating func content(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    guard try file.stream(unread, body) else { throw ArchiveHeader.Flaw("an end in the middle of \(text(previous))") }
    try skipPadding(after: unread)
    unread = 0
  }

  /// Reads on to the end of the file, whatever is there, and answers its digest.
  ///
  /// - Returns: how many bytes came after what was read so far, and the digest.
  /// - Throws: `HashingFile.ReadFailure`, `CancellationError`.
  mutating func finish() throws -> (rest: Int64, digest: ArtifactDigest) { try file.finish() }

  private mutating func header() throws -> [UInt8] {
    guard let block = try file.bytes(ArchiveHeader.blockSize) else { throw ArchiveHeader.Flaw("no end") }
    return block
  }

  private mutating func skipPadding(after size: Int64) throws {
    guard let padding = try file.bytes(ArchiveHeader.padding(after: size)) else { throw ArchiveHeader.Flaw("no end") }
    guard padding.allSatisfy({ $0 == 0 }) else { throw ArchiveHeader.Flaw("bytes between its entries") }
  }

  private func text(_ name: [UInt8]) -> String { String(decoding: name, as: UTF8.self) }
}
