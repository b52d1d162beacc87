/// Which names a tree entry may have on disk.
///
/// The rules are those of git's `verify_path` with both protections on: a name that is, or that HFS+ or NTFS would take
/// for, `.git`, and everything that would leave the directory, is refused whatever file system is underneath.
enum EntryName {
  /// Why the name must not be written, or nil when it may.
  static func refusal(of name: some Collection<UInt8>) -> String? {
    if name.isEmpty { return "an empty name" }
    if name.contains(PathBytes.separator) || name.contains(0) { return "a name with a separator in it" }
    let first = name[name.startIndex]
    // Only names that begin like these can be refused, so the usual name is decided here.
    guard first == UInt8(ascii: ".") || first | 0x20 == UInt8(ascii: "g") || first >= 0x80 else { return nil }
    if name.elementsEqual(".".utf8) || name.elementsEqual("..".utf8) { return "a name that leaves its directory" }
    if isDotGitOnNTFS(name) || isDotGitOnHFS(name) { return "a name that a file system may take for .git" }
    return nil
  }

  /// NTFS drops trailing dots and spaces, reads `name:stream` and `git~1`, and takes `\` for a separator.
  private static func isDotGitOnNTFS(_ name: some Collection<UInt8>) -> Bool {
    let ends: Set<UInt8> = [UInt8(ascii: ":"), UInt8(ascii: "\\")]
    var stem = name.prefix { !ends.contains($0) }.map(lowercased)
    while let last = stem.last, last == UInt8(ascii: ".") || last == UInt8(ascii: " ") { stem.removeLast() }
    return stem.elementsEqual(".git".utf8) || stem.elementsEqual("git~1".utf8)
  }

  /// HFS+ ignores some code points in names and folds case.
  private static func isDotGitOnHFS(_ name: some Collection<UInt8>) -> Bool {
    let visible = String(decoding: name, as: UTF8.self).unicodeScalars.filter { !isIgnoredOnHFS($0) }
    return visible.elementsEqual(".git".unicodeScalars) { lowercased($0) == $1 }
  }

  private static func isIgnoredOnHFS(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x200c...0x200f, 0x202a...0x202e, 0x206a...0x206f, 0xfeff: true
    default: false
    }
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }

  private static func lowercased(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    ("A"..."Z").contains(scalar) ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar
  }
}
