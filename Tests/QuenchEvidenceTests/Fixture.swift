import Foundation

/// The golden documents that pin the wire formats.
enum Fixture {
  static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "fixtures")

  /// The bytes of a golden document, without the line end that closes the file.
  static func data(_ name: String, in place: String = "json") throws -> Data {
    let data = try Data(contentsOf: folder.appending(path: place).appending(path: name))
    return data.last == UInt8(ascii: "\n") ? data.dropLast() : data
  }
}
