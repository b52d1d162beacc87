import Foundation
import Testing

/// A Python process on the same database: another program, with another copy of SQLite's code.
///
/// The script finds the database's path in `path`.
final class PythonProcess {
  private let process = Process()
  private let output = Pipe()
  private let input = Pipe()

  init(_ script: String, path: String) throws {
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", "import sqlite3, sys, time\npath = sys.argv[1]\n" + script, path]
    process.standardOutput = output
    process.standardInput = input
    try process.run()
  }

  deinit {
    if process.isRunning { kill() }
  }

  /// Waits until the script prints `line`.
  func wait(for line: String) throws {
    var seen = ""
    while !seen.contains(line + "\n") {
      let data = output.fileHandleForReading.availableData
      try #require(!data.isEmpty, "python3 ended after printing: \(seen)")
      seen += String(decoding: data, as: UTF8.self)
    }
  }

  /// Ends the process at the instruction it is at.
  func kill() {
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// Waits for the end and returns what was printed that nobody waited for.
  func finish() throws -> String {
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
