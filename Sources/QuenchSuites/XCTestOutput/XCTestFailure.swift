/// One failure that XCTest reported for a test.
struct XCTestFailure: Equatable, Sendable {
  /// The source file as it was compiled; nil where XCTest knows none.
  var file: String?
  /// The line in it, counted from 1; nil where XCTest knows none.
  var line: Int?
  var message: String

  /// Whether a quoted value goes on in the next line of output.
  var isOpen: Bool { message.count { $0 == "\"" } % 2 == 1 }

  /// Reads `/path/File.swift:12: error: Class.method : what failed`, whatever stands before the path.
  static func parse(_ text: String, isTest: (String) -> Bool) -> (name: String, XCTestFailure)? {
    for mark in text.ranges(of: ": error: ") {
      let rest = text[mark.upperBound...]
      guard let separator = rest.firstRange(of: " : ") else { continue }
      let name = String(rest[..<separator.lowerBound])
      guard isTest(name) else { continue }
      let message = String(rest[separator.upperBound...])
      let (file, line) = location(text[..<mark.lowerBound])
      return (name, XCTestFailure(file: file, line: line, message: message))
    }
    return nil
  }

  private static func location(_ text: Substring) -> (file: String?, line: Int?) {
    guard let colon = text.lastIndex(of: ":"), let line = Int(text[text.index(after: colon)...]), line > 0 else {
      return (nil, nil)
    }
    return (String(text[..<colon]), line)
  }

  /// The file, freed of what a test printed before it and relative to the package where it lies inside.
  func source(package: String?) -> String? {
    guard let file else { return nil }
    if let package, let range = file.ranges(of: package + "/").last { return String(file[range.upperBound...]) }
    guard let slash = file.firstIndex(of: "/") else { return file }
    return String(file[slash...])
  }
}
