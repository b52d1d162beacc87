import Foundation
import QuenchState
import SystemPackage

/// Copies logs that commands under test had a hand in: regular files and folders, and nothing else that may lie there.
///
/// A pipe would be waited at for ever, and a link would have whoever collects the copy read what it points to.
struct CopiedFiles {
  /// How deep folders may be inside each other.
  private static let deepest = 32

  /// Copies a file, or a folder with what is in it; what cannot be read is left out.
  ///
  /// - Throws: `Errno` when the copy cannot be written.
  static func copy(_ source: FilePath, to target: FilePath, depth: Int = 0) throws {
    var status = stat()
    guard lstat(source.string, &status) == 0 else { return }
    switch status.st_mode & S_IFMT {
    case S_IFREG: try copyFile(source, to: target)
    case S_IFDIR where depth < deepest:
      try FileManager.default.createDirectory(atPath: target.string, withIntermediateDirectories: true)
      for name in (try? FileManager.default.contentsOfDirectory(atPath: source.string)) ?? [] {
        try copy(source.appending(name), to: target.appending(name), depth: depth + 1)
      }
    default: break
    }
  }

  private static func copyFile(_ source: FilePath, to target: FilePath) throws {
    // It may be another one by now: what is opened is looked at once more.
    guard let file = try? RegularFile(source) else { return }
    let input = file.descriptor
    defer { try? input.close() }
    let output = try FileDescriptor.open(
      target, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
      permissions: [.ownerReadWrite, .groupRead, .otherRead])
    defer { try? output.close() }
    var left = off_t(file.size)
    while left > 0 {
      let piece = try [UInt8](unsafeUninitializedCapacity: min(1 << 20, Int(left))) { buffer, count in
        count = try input.read(into: UnsafeMutableRawBufferPointer(buffer))
      }
      guard !piece.isEmpty else { return }
      try output.writeAll(piece)
      left -= off_t(piece.count)
    }
  }
}
