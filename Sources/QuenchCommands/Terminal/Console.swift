import Foundation
import QuenchDiagnostics
import QuenchReports
import Synchronization
import SystemPackage

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
  /// The CI system that shows what is written; nil outside of one.
  let system: CISystem?
  private let results: FileDescriptor
  private let isLive: Bool
  private let liveLine = Mutex("")
  private let hasDocument = Mutex(false)
  private let failure = Mutex<OutputError?>(nil)
  private let readerHasGone = Mutex(false)

  init(
    format: Format, verbosity: Verbosity, resultsTo results: FileDescriptor = .standardOutput,
    system: CISystem? = CISystem(environment: ProcessInfo.processInfo.environment)
  ) {
    self.format = format
    self.verbosity = verbosity
    self.results = results
    self.system = system
    style = Style(for: results.rawValue)
    errorStyle = Style(for: STDERR_FILENO)
    isLive = isatty(STDERR_FILENO) == 1 && verbosity >= .normal && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }

  /// A line of the result, for people; kept back where the result is JSON.
  func result(_ line: String) {
    text(line + "\n")
  }

  /// The result as a JSON document; kept back where the result is text, and where there is one already.
  ///
  /// - Throws: `OutputError` when it cannot be written: half a document is none. `EncodingError` for a number that JSON
  ///   does not have.
  func document(_ value: @autoclosure () -> some Encodable) throws {
    guard format == .json else { return }
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    let document = String(decoding: try encoder.encode(value()), as: UTF8.self) + "\n"
    let text = system?.harmless(json: document) ?? document
    let isFirst = hasDocument.withLock { has in
      defer { has = true }
      return !has
    }
    if isFirst, let failure = write(text, to: results, asItIs: true) { throw OutputError(cause: failure) }
  }

  /// A line of progress.
  func progress(_ line: String) {
    if verbosity >= .normal { _ = write(line + "\n", to: .standardError) }
  }

  /// A line that says no more than that it goes on; nothing on a terminal, which shows that all the time.
  func heartbeat(_ line: String) { if !isLive { progress(line) } }

  /// A line of progress for whoever watches a terminal; nothing elsewhere.
  func picture(_ line: String) { if isLive { progress(line) } }

  /// A line of detail, for `-v`.
  func detail(_ line: String) {
    if verbosity >= .verbose { _ = write(errorStyle.dim(line.printable) + "\n", to: .standardError) }
  }

  /// A line that is said however quiet the command is.
  func complaint(_ line: String) { _ = write(line + "\n", to: .standardError) }

  /// Says what went wrong, and what to do about it.
  func complaint(about error: any Error) {
    for (index, line) in DiagnosticText.lines(of: error).enumerated() {
      complaint(index == 0 ? errorStyle.red("error: ") + line.printable : line.printable)
    }
  }

  /// A part of the result as it is, for people; kept back where the result is JSON.
  func text(_ text: String) {
    // A reader that went away (`quench history | head`) is no reason to end badly.
    guard format == .text, let error = write(text, to: results) else { return }
    guard error != .brokenPipe else { return readerHasGone.withLock { $0 = true } }
    failure.withLock { $0 = $0 ?? OutputError(cause: error) }
  }

  /// Why some of the result for people could not be written; nil when all of it was, or nobody reads it any more.
  var outputFailure: OutputError? { failure.withLock { $0 } }

  /// This console, or one with its words on standard error where standard output is what `files` are written to.
  ///
  /// - Parameter files: by the options that name them.
  /// - Throws: `UsageError` when two results are to go there.
  func leavingStandardOutput(to files: [(option: String, file: String?)]) throws(UsageError) -> Console {
    var names = files.compactMap { option, file in
      file.flatMap { ResultFile($0).isStandardOutput ? "\(option) \($0)" : nil }
    }
    if names.isEmpty { return self }
    if format == .json { names.append("--format json") }
    guard names.count == 1 else {
      throw UsageError(
        "\(names.joined(separator: " and ")) both need standard output",
        remedy: "give \(names[0].prefix { $0 != " " }) a file of its own")
    }
    return Console(format: .text, verbosity: verbosity, resultsTo: .standardError, system: system)
  }

  /// The console of a job whose CI system was named.
  func showing(in system: CISystem?) -> Console {
    Console(format: format, verbosity: verbosity, resultsTo: results, system: system)
  }

  /// A line for the CI system, which does what it says.
  func instruct(_ line: String) { _ = write(line + "\n", to: .standardError, asItIs: true) }

  /// Whether whoever read the result does so no more.
  var isReaderGone: Bool { readerHasGone.withLock(\.self) }

  /// What is happening at this moment: the last line of the terminal, replaced by the next; nothing elsewhere.
  func live(_ line: String) {
    guard isLive else { return }
    liveLine.withLock { shown in
      shown = line.printable.cut(to: Self.width - 1)
      // What is not shown on the way is no loss.
      _ = try? FileDescriptor.standardError.writeAll("\r\u{1B}[K\(errorStyle.dim(shown))".utf8)
    }
  }

  /// The terminal's width in characters; 80 where there is none.
  static var width: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Writes a text in place of the live line; returns what kept it from that.
  ///
  /// - Parameter asItIs: whether nothing in it is to be kept from steering a CI system.
  private func write(_ text: String, to stream: FileDescriptor, asItIs: Bool = false) -> Errno? {
    let text = asItIs ? text : system?.harmless(text) ?? text
    return liveLine.withLock { shown in
      if !shown.isEmpty {
        _ = try? FileDescriptor.standardError.writeAll("\r\u{1B}[K".utf8)
        shown = ""
      }
      do {
        _ = try stream.writeAll(text.utf8)
        return nil
      } catch {
        return error as? Errno ?? .ioError
      }
    }
  }
}

/// That a command's result could not be written where standard output leads.
struct OutputError: Diagnostic {
  enum Code: String, Sendable, CaseIterable {
    case unwritable = "output-unwritable"
  }

  let cause: (any Error)?
  var code: Code { .unwritable }
  var message: String { "cannot write the result to standard output" }
  var remedy: String? { "look where standard output leads to: a full disk, or a reader that ended early" }
}
