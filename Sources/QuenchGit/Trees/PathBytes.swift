/// A path inside a tree as git stores it: bytes, usually UTF-8, components separated by `/`.
typealias PathBytes = [UInt8]

extension PathBytes {
  static var separator: UInt8 { UInt8(ascii: "/") }

  /// The path for messages.
  var text: String { String(decoding: self, as: UTF8.self) }

  /// This directory's entry of the given name; an empty path is the root.
  func appending(name: some Collection<UInt8>) -> PathBytes {
    var path: PathBytes = []
    path.reserveCapacity(count + 1 + name.count)
    path.append(contentsOf: self)
    if !isEmpty { path.append(Self.separator) }
    path.append(contentsOf: name)
    return path
  }

  /// The directory part; empty for a path in the root.
  var directory: ArraySlice<UInt8> { self[..<(lastIndex(of: Self.separator) ?? 0)] }

  /// Whether this is `directory` or lies below it.
  func isInside(_ directory: PathBytes) -> Bool {
    directory.isEmpty
      || (starts(with: directory) && (count == directory.count || self[directory.count] == Self.separator))
  }

  /// Whether this path comes before the other, byte by byte.
  func precedes(_ other: some Collection<UInt8>) -> Bool { lexicographicallyPrecedes(other) }
}
