import Foundation

/// How a process ended.
public enum ProcessEnding: Sendable, Equatable, CustomStringConvertible {
  /// It exited with a status.
  case exited(Int32)
  /// A signal ended it.
  case signalled(Int32)

  /// Whether it exited with status 0.
  public var isSuccess: Bool { self == .exited(0) }

  /// The ending in words: `exit status 3`, `signal 11 (SEGV)`.
  public var description: String {
    switch self {
    case .exited(let status): "exit status \(status)"
    case .signalled(let number): "signal \(number)" + (Self.signalNames[number].map { " (\($0))" } ?? "")
    }
  }

  private static let signalNames: [Int32: String] = [
    SIGHUP: "HUP", SIGINT: "INT", SIGQUIT: "QUIT", SIGILL: "ILL", SIGTRAP: "TRAP", SIGABRT: "ABRT", SIGBUS: "BUS",
    SIGFPE: "FPE", SIGKILL: "KILL", SIGUSR1: "USR1", SIGSEGV: "SEGV", SIGUSR2: "USR2", SIGPIPE: "PIPE",
    SIGALRM: "ALRM", SIGTERM: "TERM", SIGXCPU: "XCPU", SIGXFSZ: "XFSZ", SIGSYS: "SYS",
  ]
}
