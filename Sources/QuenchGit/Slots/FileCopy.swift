internal import Crypto
import QuenchDiagnostics

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// Copies a file of any size, or only reads it, and digests it on the way.
struct FileCopy {
  let source: FileDescriptor
  let target: FileDescriptor?

  init(from source: FileDescriptor, to target: FileDescriptor?) {
    self.source = source
    self.target = target
  }

  /// Copies from the current offset to the end.
  ///
  /// - Returns: the SHA-256 of what was copied, in hexadecimal digits.
  /// - Throws: `Errno` of the call that failed.
  func digest() throws -> String {
    var digest = SHA256()
    while true {
      let chunk = try [UInt8](unsafeUninitializedCapacity: 1 << 20) { buffer, count in
        count = try source.read(into: UnsafeMutableRawBufferPointer(buffer))
      }
      guard !chunk.isEmpty else { return digest.finalize().hexadecimal }
      digest.update(data: chunk)
      try target?.writeAll(chunk)
    }
  }
}
