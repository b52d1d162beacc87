import Foundation

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// Whole small files as bytes.
enum FileBytes {
  /// The content of `path`.
  ///
  /// - Throws: `Errno` of the call that failed.
  static func read(_ path: FilePath) throws -> [UInt8] {
    let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
    return try file.closeAfter { try read(file) }
  }

  /// The content of an open file, from its current offset.
  static func read(_ file: FileDescriptor) throws -> [UInt8] {
    var status = stat()
    guard fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
    // One byte more than expected, so that the usual case ends with a short read.
    let expected = max(Int(status.st_size) + 1, 512)
    var bytes: [UInt8] = []
    while true {
      let count = bytes.count
      let room = count == 0 ? expected : 65_536
      let read = try bytes.append(addingCapacity: room) { try file.read(into: $0) }
      if read == 0 { return bytes }
    }
  }
}

extension [UInt8] {
  /// Appends what `fill` writes into at most `capacity` fresh bytes, and returns how many it wrote.
  fileprivate mutating func append(
    addingCapacity capacity: Int, _ fill: (UnsafeMutableRawBufferPointer) throws -> Int
  ) throws -> Int {
    var written = 0
    let chunk = try [UInt8](unsafeUninitializedCapacity: capacity) { buffer, initialized in
      written = try fill(UnsafeMutableRawBufferPointer(buffer))
      initialized = written
    }
    if isEmpty { self = chunk } else { append(contentsOf: chunk) }
    return written
  }
}
