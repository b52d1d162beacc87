import QuenchDiagnostics

/// What is wrong with a `quench.yml`: all of its faults, each with its place, or that there is none to be read.
public struct ConfigurationError: Diagnostic, Equatable {
  /// The kind of fault; for a file with several, that of the first.
  public enum Code: String, Sendable, CaseIterable {
    /// There is no such file.
    case fileMissing = "file-missing"
    /// The file is there and can not be read as text.
    case fileUnreadable = "file-unreadable"
    /// The text is no YAML.
    case yamlSyntax = "yaml-syntax"
    /// A key that means nothing where it stands.
    case unknownKey = "unknown-key"
    /// A value of another type than the key takes.
    case wrongType = "wrong-type"
    /// A value of the right type that can not be.
    case badValue = "bad-value"
    /// A key that has to be there is not.
    case missingKey = "missing-key"
    /// A key stands twice in one mapping.
    case duplicateKey = "duplicate-key"
    /// The file is larger, deeper or more repetitive than any configuration.
    case tooLarge = "too-large"
  }

  /// The kind of the first fault.
  public let code: Code
  /// The file as the caller named it.
  public let file: String
  /// Every fault, in the order of the file; empty when the file itself is missing or unreadable.
  public let faults: [Fault]
  /// Each fault as `file:line:column: reason`, with the line and a caret below it.
  public let message: String
  /// What to do next.
  public let remedy: String?
  /// The error underneath, for a file that can not be read.
  public let cause: (any Error)?

  /// A wrong configuration is status 78.
  public var exitStatus: ExitStatus { .configuration }

  /// Whether both say the same about the same file; the causes are left out.
  public static func == (lhs: ConfigurationError, rhs: ConfigurationError) -> Bool {
    lhs.code == rhs.code && lhs.file == rhs.file && lhs.faults == rhs.faults && lhs.message == rhs.message
  }
}

extension ConfigurationError {
  /// The error for the faults of `file`, of which there is at least `first`.
  init(file: String, text: SourceText, first: Fault, others: [Fault] = []) {
    // A fault in an anchored mapping is met again at each of its aliases, under another path; but two keys that are
    // missing in one mapping have one place.
    var seen: Set<Fault> = []
    let distinct = ([first] + others).filter { fault in
      let message = fault.code == .missingKey ? fault.message : ""
      return seen.insert(
        Fault(fault.position, fault.code, message, suggestion: fault.suggestion)
      ).inserted
    }
    let ordered = distinct.enumerated().sorted { left, right in
      (left.element.position, left.offset) < (right.element.position, right.offset)
    }.map(\.element)
    let first = ordered.first ?? first
    self.init(
      code: first.code, file: file, faults: ordered,
      message: ordered.map { $0.rendered(file: file, text: text) }.joined(separator: "\n"),
      remedy: file.contains(/^[0-9a-f]{7,40}:/)
        ? "correct it in a later commit: \(file):\(first.line):\(first.column) stays as it is"
        : "correct \(file):\(first.line):\(first.column), then run the same command again", cause: nil)
  }

  /// The error for a file that can not be read at all.
  init(_ code: Code, file: String, message: String, remedy: String, cause: (any Error)? = nil) {
    self.init(code: code, file: file, faults: [], message: message, remedy: remedy, cause: cause)
  }
}
