/// What a command came to.
struct Outcome: Sendable, CustomStringConvertible {
  /// The exit status; 128 and the signal's number when a signal ended it.
  let status: Int32
  let stdout: String
  let stderr: String

  var description: String {
    "status \(status)\n--- stdout\n\(stdout)\n--- stderr\n\(stderr)"
  }

  /// Whether a verification says so, in its exit status and in words.
  var passed: Bool { status == 0 && text.contains("PASSED") }

  /// All that was printed.
  var text: String { stdout + stderr }
}
