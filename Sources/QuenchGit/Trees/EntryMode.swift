/// What a tree entry is, with git's canonical mode bits.
enum EntryMode: UInt32, Sendable {
  case file = 0o100644
  case executable = 0o100755
  case symlink = 0o120000
  case directory = 0o040000
  case submodule = 0o160000

  /// Reduces the bits found in a tree as git does: of a file's permissions only the owner's execute bit counts.
  ///
  /// - Returns: nil for a kind of file that git does not know.
  init?(raw: UInt32) {
    switch raw & 0o170000 {
    case 0o100000: self = raw & 0o100 == 0 ? .file : .executable
    case 0o120000: self = .symlink
    case 0o040000: self = .directory
    case 0o160000: self = .submodule
    default: return nil
    }
  }

  /// Whether other entries live below it, once a submodule is filled.
  var isContainer: Bool { self == .directory || self == .submodule }

  /// Six octal digits, as in `git ls-tree`.
  var octal: String {
    let digits = String(rawValue, radix: 8)
    return String(repeating: "0", count: 6 - digits.count) + digits
  }
}
