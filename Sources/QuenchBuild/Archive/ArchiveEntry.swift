/// One file, folder or symbolic link of an artifact.
struct ArchiveEntry: Equatable, Sendable {
  /// What an entry is; its mode follows from it.
  enum Kind: Equatable, Sendable {
    case folder
    case file(size: Int64, isExecutable: Bool)
    case link(target: [UInt8])
  }

  /// The path below the artifact's root, without a slash at either end.
  ///
  /// Names are bytes: a file system asks for no encoding, and an order by bytes is the same everywhere.
  var name: [UInt8]
  var kind: Kind

  /// How many bytes of content follow the entry's header.
  var size: Int64 {
    guard case .file(let size, _) = kind else { return 0 }
    return size
  }

  /// The folder the entry lies in; empty at the root.
  var parent: ArraySlice<UInt8> { name[..<(name.lastIndex(of: UInt8(ascii: "/")) ?? name.startIndex)] }

  /// The name for people, whatever its bytes are.
  var text: String { String(decoding: name, as: UTF8.self) }
}

extension ArchiveEntry {
  static let longestName = 4095
  static let longestComponent = 255

  /// Why the entry must not be written to disk; nil when it may.
  var danger: String? {
    if name.isEmpty || name.count > Self.longestName { return "a name of \(name.count) bytes" }
    if name.contains(0) { return "a name with a zero byte" }
    if name.first == UInt8(ascii: "/") { return "an absolute name" }
    for component in name.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      if component.isEmpty || component.elementsEqual(".".utf8) { return "an empty part in its name" }
      if component.elementsEqual("..".utf8) { return "`..` in its name" }
      if component.count > Self.longestComponent { return "a part of \(component.count) bytes in its name" }
    }
    guard case .link(let target) = kind else { return nil }
    if target.isEmpty || target.contains(0) || target.count > Self.longestName { return "no usable link target" }
    return Self.climbsOut(target: target, from: parent) ? "a link that leads out of the artifact" : nil
  }

  /// Whether a relative link in the folder `parent` goes above the artifact's root.
  ///
  /// An absolute one names a part of the machine (`/usr/bin/python3`), which is no part of the artifact.
  static func climbsOut(target: [UInt8], from parent: ArraySlice<UInt8>) -> Bool {
    guard target.first != UInt8(ascii: "/") else { return false }
    var depth = parent.split(separator: UInt8(ascii: "/")).count
    for component in target.split(separator: UInt8(ascii: "/")) {
      if component.elementsEqual("..".utf8) {
        depth -= 1
      } else if !component.elementsEqual(".".utf8) {
        depth += 1
      }
      if depth < 0 { return true }
    }
    return false
  }
}
