import Foundation
import QuenchDiagnostics
import Synchronization

/// Where a command's words go: results to standard output, progress and complaints to standard error.
///
/// With `--format json` standard output gets exactly one JSON document and nothing else.
final class Console: Sendable {
  /// What standard output is for.
  enum Format: String, Sendable, CaseIterable {
    case text, json
  }

  /// How much is said about the way to the result.
  enum Verbosity: Int, Sendable, Comparable {
    case quiet, normal, verbose

    static func < (left: Verbosity, right: Verbosity) -> Bool { left.rawValue < right.rawValue }
  }

  let format: Format
  let verbosity: Verbosity
  /// Colour for standard output.
  let style: Style
  /// Colour for standard error.
  let errorStyle: Style
  private let isLive: Bool
  private let liveLine = Mutex("")
  private let hasDocument = Mutex(false)

  init(format: Format, verbosity: Verbosity) {
    self.format = format
    self.verbosity = verbosity
    style = Style(for: STDOUT_FILENO)
    errorStyle = Style(for: STDERR_FILENO)
    isLive = isatty(STDERR_FILENO) == 1 && verbosity >= .normal && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }

  /// A line of the result, for people; kept back where the result is JSON.
  func result(_ line: String) {
    if format == .text { write(line + "\n", to: .standardOutput) }
  }

  /// The result as a JSON document; kept back where the result is text, and where there is one already.
  ///
  /// - Throws: `EncodingError` for a number that JSON does not have.
  func document(_ value: @autoclosure () -> some Encodable) throws {
    guard format == .json else { return }
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(value()), as: UTF8.self) + "\n"
    let isFirst = hasDocument.withLock { has in
      defer { has = true }
      return !has
    }
    if isFirst { write(text, to: .standardOutput) }
  }

  /// A line of progress.
  func progress(_ line: String) {
    if verbosity >= .normal { write(line + "\n", to: .standardError) }
  }

  /// A line of detail, for `-v`.
  func detail(_ line: String) {
    if verbosity >= .verbose { write(errorStyle.dim(line.printable) + "\n", to: .standardError) }
  }

  /// A line that is said however quiet the command is.
  func complaint(_ line: String) { write(line + "\n", to: .standardError) }

  /// Says what went wrong, and what to do about it.
  func complaint(about error: any Error) {
    for (index, line) in DiagnosticText.lines(of: error).enumerated() {
      complaint(index == 0 ? errorStyle.red("error: ") + line.printable : line.printable)
    }
  }

  /// A part of the result as it is, for people; kept back where the result is JSON.
  func text(_ text: String) {
    if format == .text { write(text, to: .standardOutput) }
  }

  /// What is happening at this moment: the last line of the terminal, replaced by the next; nothing elsewhere.
  func live(_ line: String) {
    guard isLive else { return }
    liveLine.withLock { shown in
      shown = line.printable.cut(to: Self.width - 1)
      FileHandle.standardError.write(Data("\r\u{1B}[K\(errorStyle.dim(shown))".utf8))
    }
  }

  /// The terminal's width in characters; 80 where there is none.
  static var width: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  private enum Stream { case standardOutput, standardError }

  private func write(_ text: String, to stream: Stream) {
    liveLine.withLock { shown in
      if !shown.isEmpty {
        FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
        shown = ""
      }
      let handle = stream == .standardOutput ? FileHandle.standardOutput : FileHandle.standardError
      // A reader that went away (`quench history | head`) is no reason to end badly.
      try? handle.write(contentsOf: Data(text.utf8))
    }
  }
}
