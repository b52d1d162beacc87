import Foundation

/// A `working-tree-encoding` other than UTF-8, into which a file's text is converted (gitattributes(5)).
struct TextEncoding {
  let name: String

  /// Nil for UTF-8, which is what git stores.
  init?(_ name: String) {
    guard !["utf-8", "utf8"].contains(name.lowercased()) else { return nil }
    self.name = name
  }

  /// The text in this encoding.
  ///
  /// As in git, `UTF-16LE-BOM` and `UTF-16BE-BOM` begin with a byte order mark, `UTF-16LE` and `UTF-16BE` do not, and
  /// `UTF-16` and `UTF-32` have the mark that the system's converter gives them.
  /// - Parameter shown: the path of the file, for messages.
  /// - Throws: `GitError` with `encodingUnsupported` for an unknown encoding, or text that does not fit into it.
  func encode(_ bytes: UnsafeRawBufferPointer, shown: PathBytes) throws(GitError) -> [UInt8] {
    let (encoding, mark): (String, [UInt8]) =
      switch name.uppercased() {
      case "UTF-16LE-BOM": ("UTF-16LE", [0xff, 0xfe])
      case "UTF-16BE-BOM": ("UTF-16BE", [0xfe, 0xff])
      default: (name, [])
      }
    guard let converter = iconv_open(encoding, "UTF-8"), converter != iconv_t(bitPattern: -1) else {
      throw refusal(shown, "which this system's iconv does not know")
    }
    defer { iconv_close(converter) }
    var result = mark
    var rest = [CChar](bytes.bindMemory(to: CChar.self))
    var chunk = [CChar](repeating: 0, count: 65_536)
    var remaining = rest.count
    while true {
      let offset = rest.count - remaining
      var room = chunk.count
      let (status, reason) = rest.withUnsafeMutableBufferPointer { rest in
        chunk.withUnsafeMutableBufferPointer { chunk in
          var input = rest.baseAddress.map { $0 + offset }
          var output = chunk.baseAddress
          // A last call without input writes what a stateful encoding needs at the end.
          let status =
            remaining == 0
            ? iconv(converter, nil, nil, &output, &room) : iconv(converter, &input, &remaining, &output, &room)
          return (status, errno)
        }
      }
      let isLast = offset == rest.count
      result.append(contentsOf: chunk[..<(chunk.count - room)].lazy.map { UInt8(bitPattern: $0) })
      if status == -1, reason != E2BIG {
        throw refusal(shown, "into which its text does not fit")
      }
      if isLast { return result }
    }
  }

  private func refusal(_ path: PathBytes, _ why: String) -> GitError {
    GitError(
      .encodingUnsupported, "\(path.text) has the working-tree-encoding '\(name)', \(why)",
      remedy: "git check-attr working-tree-encoding -- '\(path.text)'")
  }
}
