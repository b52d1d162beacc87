/// One command line and how long it may take; in YAML a plain scalar or `{ command: …, timeout: … }`.
public struct CommandConfiguration: Sendable, Equatable, Codable {
  /// The text handed to `/bin/sh -c`.
  public var command: String
  /// How long it may run; nil leaves the limit to whoever runs it.
  public var timeout: Duration?

  /// A command, with no limit of its own unless given.
  public init(command: String, timeout: Duration? = nil) {
    self.command = command
    self.timeout = timeout
  }
}
