/// The form of a ``SlotIndex`` on disk: a header, the records as they are in memory, and the paths.
///
/// It belongs to the machine that wrote it and is read for every move, so it is copied and not parsed. A file that is
/// torn, damaged or of another layout is not read at all: the slot is then put right by looking at its contents.
enum SlotIndexFile {
  private struct Header {
    var magic: UInt64
    var recordStride: UInt32
    var count: UInt32
    var pathBytes: UInt64
    var recordedAt: Int64
    var checksum: UInt64
    var tree: ObjectID
  }

  private typealias Record = SlotIndex.Record
  private static let magic: UInt64 = 0x5155_454e_4348_0001
  private static let headerSize = MemoryLayout<Header>.stride
  private static let stride = MemoryLayout<Record>.stride

  /// Reads an index; nil when the bytes are not exactly one.
  static func decode(_ bytes: [UInt8]) -> SlotIndex? {
    guard bytes.count >= headerSize else { return nil }
    return bytes.withUnsafeBytes { bytes in
      let header = bytes.loadUnaligned(as: Header.self)
      let count = Int(header.count)
      let pathStart = headerSize + count * stride
      guard header.magic == magic, header.recordStride == UInt32(stride), pathStart <= bytes.count,
        header.pathBytes == UInt64(bytes.count - pathStart),
        header.checksum == checksum(UnsafeRawBufferPointer(rebasing: bytes[headerSize...]))
      else { return nil }
      let records = [Record](unsafeUninitializedCapacity: count) { buffer, initialized in
        UnsafeMutableRawBufferPointer(buffer).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: bytes[headerSize..<pathStart]))
        initialized = count
      }
      let paths = [UInt8](bytes[pathStart...])
      // A path is given to system calls where it stands, so each must end inside and with a zero.
      let areTerminated = records.allSatisfy { record in
        let end = Int(record.pathOffset) + Int(record.pathLength)
        return end < paths.count && paths[end] == 0
      }
      guard areTerminated else { return nil }
      return SlotIndex(tree: header.tree, recordedAt: header.recordedAt, records: records, paths: paths)
    }
  }

  /// The bytes to store for an index.
  static func encode(_ index: SlotIndex) -> [UInt8] {
    let recordBytes = index.records.count * stride
    let total = headerSize + recordBytes + index.paths.count
    return [UInt8](unsafeUninitializedCapacity: total) { buffer, initialized in
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      index.records.withUnsafeBytes {
        UnsafeMutableRawBufferPointer(rebasing: bytes[headerSize..<(headerSize + recordBytes)]).copyMemory(from: $0)
      }
      index.paths.withUnsafeBytes {
        UnsafeMutableRawBufferPointer(rebasing: bytes[(headerSize + recordBytes)..<total]).copyMemory(from: $0)
      }
      let header = Header(
        magic: magic, recordStride: UInt32(stride), count: UInt32(index.records.count),
        pathBytes: UInt64(index.paths.count), recordedAt: index.recordedAt,
        checksum: checksum(UnsafeRawBufferPointer(rebasing: bytes[headerSize..<total])), tree: index.tree)
      bytes.storeBytes(of: header, as: Header.self)
      initialized = total
    }
  }

  /// Eight bytes at a time through the multiply and xor of FNV-1a; it finds damage, not forgery.
  private static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var sum: UInt64 = 0xcbf2_9ce4_8422_2325
    let whole = bytes.count & ~7
    var offset = 0
    while offset < whole {
      sum = (sum ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) &* 0x0000_0100_0000_01b3
      sum ^= sum >> 29
      offset += 8
    }
    while offset < bytes.count {
      sum = (sum ^ UInt64(bytes[offset])) &* 0x0000_0100_0000_01b3
      offset += 1
    }
    return sum
  }
}
