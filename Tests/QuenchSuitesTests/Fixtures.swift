import Foundation
import Generators
import SystemPackage

/// The recorded streams and outputs in `fixtures/`.
enum Fixtures {
  static let folder = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
    .appending("fixtures")

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.appending(name).string)))
  }

  static func lines(_ name: String) throws -> [String] {
    String(decoding: try bytes(name), as: UTF8.self).split(separator: "\n").map(String.init)
  }
}

/// A folder of a test's own, gone when the body ends.
func withScratchFolder<Value>(_ body: (FilePath) async throws -> Value) async throws -> Value {
  let folder = FilePath(NSTemporaryDirectory()).appending("quench-suites-\(UUID().uuidString)")
  try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder.string) }
  return try await body(folder)
}

extension SeededGenerator {
  /// `bytes` with a few changes: bytes changed, cut out, doubled, or the end cut off.
  mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...6, using: &self) where !bytes.isEmpty {
      let position = Int.random(in: 0..<bytes.count, using: &self)
      let end = min(bytes.count, position + Int.random(in: 1...200, using: &self))
      switch Int.random(in: 0..<5, using: &self) {
      case 0: bytes[position] = UInt8.random(in: 0...255, using: &self)
      case 1: bytes.removeSubrange(position..<end)
      case 2: bytes.insert(contentsOf: bytes[position..<end], at: position)
      case 3: bytes.removeSubrange(position...)
      default: bytes.insert(contentsOf: Array("\"}{[]<>&\n\0".utf8), at: position)
      }
    }
    return bytes
  }
}
