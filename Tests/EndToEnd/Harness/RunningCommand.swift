import Foundation
import Testing

/// A command that runs, to wait for what it prints and to send it signals.
struct RunningCommand: Sendable {
  let pid: pid_t
  let transcript: Transcript

  /// Sends a signal; to the process group as a terminal's Ctrl-C does, if asked.
  func send(_ signal: Int32, toGroup: Bool = false) {
    kill(toGroup ? -pid : pid, signal)
  }

  /// Waits until the command has printed the text, on stdout or stderr.
  func prints(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let found = await transcript.prints(text)
    let stdout = await transcript.text(of: .stdout)
    let stderr = await transcript.text(of: .stderr)
    try #require(found, "it never printed '\(text)':\n\(stdout)\n\(stderr)", sourceLocation: sourceLocation)
  }
}
