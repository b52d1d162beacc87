import Foundation
import SystemPackage

/// One process to start: everything about it, and nothing of the process that starts it.
public struct Launch: Sendable {
  /// The argument vector; the first is looked up in the environment's `PATH`.
  public var arguments: [String]
  /// The whole environment.
  public var environment: [String: String]
  /// Where it starts.
  public var workingDirectory: FilePath
  /// What it may touch; nil leaves it unconfined.
  public var confinement: Confinement?
  /// The signal that asks it to stop.
  public var stopSignal: Int32
  /// How long it may take to stop before it and everything it started is killed.
  public var grace: Duration

  /// The names of variables whose values are secret: in what the process prints, they are replaced by `***`.
  public var secretNames: [String] = []

  /// Secrets that the command does not get, by names: they too are replaced in what it prints, should it come by them.
  public var hiddenValues: [String: String] = [:]

  /// Whether processes that left the command's session go on when it ends: those that a `quench` keeps up.
  public var leavesDescendants = false

  /// A folder with which the process ends when it is removed; nil for none.
  public var endsWith: FilePath?

  /// Makes a launch.
  public init(
    arguments: [String], environment: [String: String], workingDirectory: FilePath, confinement: Confinement? = nil,
    stopSignal: Int32 = SIGTERM, grace: Duration = .seconds(10)
  ) {
    self.arguments = arguments
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.confinement = confinement
    self.stopSignal = stopSignal
    self.grace = grace
  }

  /// A command line for `/bin/sh -c`.
  public static func shell(
    _ command: String, environment: [String: String], workingDirectory: FilePath, confinement: Confinement? = nil,
    stopSignal: Int32 = SIGTERM, grace: Duration = .seconds(10)
  ) -> Launch {
    Launch(
      arguments: ["/bin/sh", "-c", command], environment: environment, workingDirectory: workingDirectory,
      confinement: confinement, stopSignal: stopSignal, grace: grace)
  }

  /// A command line whose process is to be the service itself, so that signals reach it and its pid is known.
  ///
  /// `exec` goes in front of a simple command; a compound one (`cd web && ./serve`) keeps its shell as the parent.
  public static func service(
    _ command: String, environment: [String: String], workingDirectory: FilePath, confinement: Confinement? = nil,
    stopSignal: Int32, grace: Duration
  ) -> Launch {
    shell(
      isSimple(command) ? "exec \(command)" : command, environment: environment, workingDirectory: workingDirectory,
      confinement: confinement, stopSignal: stopSignal, grace: grace)
  }

  private static func isSimple(_ command: String) -> Bool {
    let trimmed = command.trimmingCharacters(in: .whitespacesAndNewlines)
    guard let first = trimmed.split(whereSeparator: \.isWhitespace).first else { return false }
    let keywords: Set<Substring> = [
      "exec", "cd", "set", "if", "for", "while", "case", "until", "export", "trap", "umask", "{", "!", ":", ".",
      "source", "eval", "[", "[[", "test", "command", "builtin", "exit", "return", "wait", "read", "unset", "shift",
      "alias", "hash", "local", "readonly", "times", "type", "ulimit",
    ]
    return !trimmed.contains(where: { ";&|<>()\n".contains($0) }) && !first.contains("=") && !keywords.contains(first)
  }

  func launcherArguments(_ options: [String]) -> [String] {
    let milliseconds = grace.components.seconds * 1000 + grace.components.attoseconds / 1_000_000_000_000_000
    var words = ["launch"] + options
    words += ["--stop-signal", "\(stopSignal)", "--grace-milliseconds", "\(milliseconds)"]
    if let endsWith { words += ["--end-with", endsWith.string] }
    if leavesDescendants { words.append("--leave-descendants") }
    words += confinement?.arguments ?? []
    for name in Set(secretNames).union(hiddenValues.keys).sorted() { words += ["--mask", name] }
    return words + ["--"] + arguments
  }
}
