import Foundation
import QuenchProcesses
import SystemPackage
import Testing

/// What of a log is shown below a message.
@Suite struct LogTailTests {
  private func telling(_ lines: [String], count: Int = 8) throws -> [String] {
    let file = FilePath(NSTemporaryDirectory()).appending("quench-log-\(UUID().uuidString)")
    defer { unlink(file.string) }
    try lines.joined(separator: "\n").write(toFile: file.string, atomically: false, encoding: .utf8)
    return LogTail.telling(of: file, count: count)
  }

  @Test func theReasonOfACrashStandsBeforeItsReport() throws {
    let report = ["main.swift:18: Fatal error: no config"] + (1...40).map { "frame \($0)" }
    #expect(
      try telling(report)
        == [
          "main.swift:18: Fatal error: no config", "…", "frame 35", "frame 36", "frame 37", "frame 38", "frame 39",
          "frame 40",
        ])
  }

  @Test func otherwiseItIsTheEnd() throws {
    #expect(try telling((1...40).map(String.init)) == (33...40).map(String.init))
    #expect(try telling(["Fatal error: one", "two"]) == ["Fatal error: one", "two"])
    #expect(try telling([]) == [])
  }
}
