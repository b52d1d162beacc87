import Foundation
import SystemPackage
import Testing

@testable import QuenchCommands

@Suite("Reading a log")
struct LogReaderTests {
  private func withLog(_ text: String, _ body: (FilePath, FileHandle) throws -> Void) throws {
    let path = FilePath(NSTemporaryDirectory()).appending("quench-log-\(UUID().uuidString)")
    try Data(text.utf8).write(to: URL(filePath: path.string))
    defer { try? FileManager.default.removeItem(atPath: path.string) }
    let file = try #require(FileHandle(forWritingAtPath: path.string))
    try file.seekToEnd()
    try body(path, file)
  }

  @Test(
    "The last lines are those of the file",
    arguments: [
      ("", 5, ""), ("one", 5, "one"), ("one\ntwo\n", 1, "two\n"), ("one\ntwo", 1, "two"),
      ("one\ntwo\n", 2, "one\ntwo\n"),
      ("one\n\n\n", 2, "\n\n"), ("one\n", 0, ""), ("\n", 1, "\n"),
    ])
  func last(text: String, count: Int, lines: String) throws {
    try withLog(text) { path, _ in
      let last = try LogReader(path).last(count)
      #expect(last == lines)
    }
  }

  @Test("However many lines there are", arguments: [1, 1000, 19_999, 20_000, 30_000])
  func many(count: Int) throws {
    let lines = (1...20_000).map { "line \($0) of an ünusually long log\n" }
    try withLog(lines.joined()) { path, _ in
      let last = try LogReader(path).last(count)
      #expect(last == lines.suffix(count).joined())
    }
  }

  @Test("What is added is read whole, wherever a writer stops", arguments: 1...4)
  func added(step: Int) throws {
    let text = "añ → 🧪 \u{1F1E9}\u{1F1EA} end\n"
    let bytes = Array(text.utf8)
    try withLog("before\n") { path, file in
      let reader = try LogReader(path)
      let before = try reader.last(1)
      #expect(before == "before\n")
      var read = ""
      for start in stride(from: 0, to: bytes.count, by: step) {
        try file.write(contentsOf: Data(bytes[start..<min(start + step, bytes.count)]))
        read += try reader.more() ?? ""
      }
      #expect(read == text)
    }
  }

  @Test("Bytes that are no text hold nothing up")
  func noText() throws {
    try withLog("") { path, file in
      let reader = try LogReader(path)
      _ = try reader.last(1)
      try file.write(contentsOf: Data([0xFF, 0x80, 0x80, 0x80, 0x80]))
      let strange = try reader.more() ?? ""
      #expect(!strange.isEmpty)
      try file.write(contentsOf: Data("on\n".utf8))
      let more = try reader.more() ?? ""
      #expect(more.hasSuffix("on\n"))
    }
  }
}
