import Crypto
import Foundation
import Generators
import SystemPackage

@testable import QuenchBuild

/// What a folder holds, by the bytes of the names: kinds, executable bits, contents and targets.
struct TreeSnapshot: Equatable {
  private(set) var entries: [[UInt8]: String] = [:]

  init(_ folder: FilePath) throws { try read(folder, FilePath()) }

  private mutating func read(_ folder: FilePath, _ name: FilePath) throws {
    for component in try FolderListing.names(in: folder) {
      let path = folder.appending(component), child = name.appending(component)
      let status = try FolderListing.status(of: path)
      switch status.st_mode & S_IFMT {
      case S_IFDIR:
        entries[child.bytes] = "folder"
        try read(path, child)
      case S_IFLNK:
        entries[child.bytes] = "link \(try FolderListing.target(of: path))"
      default:
        var file = try HashingFile(path)
        let bits = status.st_mode & 0o111 == 0 ? "-" : "x"
        entries[child.bytes] = "file \(bits) \(status.st_size) \(try file.finish().digest)"
      }
    }
  }
}

/// Makes folders of all shapes that an artifact may have.
struct RandomTree {
  var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func fill(_ folder: FilePath) throws {
    var files: [FilePath] = []
    try fill(folder, depth: 0, &files)
  }

  private mutating func fill(_ folder: FilePath, depth: Int, _ files: inout [FilePath]) throws {
    for _ in 0..<Int.random(in: 1...6, using: &generator) {
      let path = folder.appending(name())
      guard (try? FolderListing.status(of: path)) == nil else { continue }
      switch Int.random(in: 0..<10, using: &generator) {
      case 0...2 where depth < 4:
        guard path.withPlatformString({ mkdir($0, 0o700) }) == 0 else { throw Errno(rawValue: errno) }
        try fill(path, depth: depth + 1, &files)
      case 3:
        let up = String(repeating: "../", count: Int.random(in: 0...depth, using: &generator))
        let target =
          up + ["x", "sub/y", String(repeating: "long/", count: 30) + "z"][Int.random(in: 0..<3, using: &generator)]
        guard path.withPlatformString({ symlink(target, $0) }) == 0 else { throw Errno(rawValue: errno) }
      case 4:
        if let other = files.randomElement(using: &generator) {
          let made = path.withPlatformString { new in other.withPlatformString { Foundation.link($0, new) } }
          guard made == 0 else { throw Errno(rawValue: errno) }
        }
      default:
        let size = [0, 1, 511, 512, 513, 5000, 20_000].randomElement(using: &generator) ?? 0
        let file = try FileDescriptor.open(
          path, .writeOnly, options: [.create, .exclusiveCreate], permissions: [.ownerReadWrite])
        let bytes = (0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) }
        try file.closeAfter { _ = try file.writeAll(bytes) }
        _ = path.withPlatformString {
          chmod($0, [0o600, 0o640, 0o755, 0o700, 0o4711].randomElement(using: &generator) ?? 0o600)
        }
        files.append(path)
      }
    }
  }

  private mutating func name() -> FilePath.Component {
    let long = String(repeating: "n", count: Int.random(in: 90...240, using: &generator))
    let fixed: [String] = ["a", "a.txt", "b", "with space", "zeile\numbruch", "größe", "日本", "-dash", "a b\tc", "..."]
    var bytes = Array((Bool.random(using: &generator) ? fixed.randomElement(using: &generator) ?? "a" : long).utf8)
    if Int.random(in: 0..<8, using: &generator) == 0 { bytes += [0xff, 0xfe] }
    bytes += Array(String(Int.random(in: 0..<100, using: &generator)).utf8)
    return FilePath(bytes: bytes).lastComponent ?? "fallback"
  }
}

extension TreeSnapshot {
  /// Writes the archive of everything in a folder.
  static func archive(_ folder: FilePath, to path: FilePath) throws -> ArtifactDigest {
    let content = try ArtifactContent(of: OutputList(["."], in: folder))
    let file = try FileDescriptor.open(
      path, .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite])
    return try file.closeAfter {
      var writer = ArchiveWriter(to: file)
      for item in content.items { try writer.append(item.entry, from: item.source) }
      return try writer.finish()
    }
  }
}
