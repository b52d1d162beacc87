import Foundation
import SystemPackage

/// Everything below a directory: kinds, permissions, bytes and link targets.
struct Snapshot: Equatable, CustomStringConvertible {
  enum Entry: Equatable {
    case file(Data, executable: Bool)
    case link(String)
  }

  var entries: [String: Entry] = [:]

  /// Leaves out `.git` of any working tree.
  init(of directory: FilePath) throws {
    let manager = FileManager.default
    func visit(_ path: String) throws {
      for name in try manager.contentsOfDirectory(atPath: directory.string + "/" + path) where name != ".git" {
        let inner = path.isEmpty ? name : path + "/" + name
        let full = directory.string + "/" + inner
        var status = stat()
        guard lstat(full, &status) == 0 else { continue }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: try visit(inner)
        case S_IFLNK: entries[inner] = .link(try manager.destinationOfSymbolicLink(atPath: full))
        default:
          let data = try Data(contentsOf: URL(fileURLWithPath: full))
          entries[inner] = .file(data, executable: status.st_mode & 0o111 != 0)
        }
      }
    }
    try visit("")
  }

  var description: String {
    entries.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: "\n")
  }
}

/// The modification time of a file itself, in nanoseconds.
func modificationTime(_ path: FilePath) -> Int {
  var status = stat()
  guard lstat(path.string, &status) == 0 else { return -1 }
  return status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
}
