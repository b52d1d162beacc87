/// An error a person can act on: what happened and where, and the next command to run.
///
/// Each target has one conforming struct. `code` is matchable and stable; it is what JSON carries.
public protocol Diagnostic: Error, CustomStringConvertible {
  /// The matchable reason, written in kebab-case (`revision-unknown`).
  associatedtype Code: RawRepresentable & Sendable & Hashable where Code.RawValue == String

  /// The matchable reason.
  var code: Code { get }
  /// What went wrong, naming the file, revision, port or command it went wrong with.
  var message: String { get }
  /// What to do next, preferably a command.
  var remedy: String? { get }
  /// The error underneath, when there is one.
  var cause: (any Error)? { get }
  /// The status a command that ends with this error exits with.
  var exitStatus: ExitStatus { get }
}

extension Diagnostic {
  /// Errors are status 3 unless a target says otherwise.
  public var exitStatus: ExitStatus { .error }

  /// The message, the chain of causes and the remedy, one per line.
  public var description: String { DiagnosticText.lines(of: self).joined(separator: "\n") }
}
