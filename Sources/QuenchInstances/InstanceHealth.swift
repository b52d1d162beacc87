import QuenchProcesses

/// How an instance is.
public enum InstanceHealth: Sendable, Equatable, CustomStringConvertible {
  /// It runs, it is ours, and its health check passes.
  case healthy
  /// It runs, but its health check fails.
  case unhealthy(reason: String)
  /// It was stopped, as somebody asked.
  case stopped
  /// It does not run any more, and nobody asked for that.
  case ended(ProcessEnding?, lastLines: [String])

  /// Whether its process runs.
  public var isRunning: Bool {
    switch self {
    case .healthy, .unhealthy: true
    case .stopped, .ended: false
    }
  }

  /// The word for it in JSON: `healthy`, `unhealthy`, `stopped`, `ended`.
  public var word: String {
    switch self {
    case .healthy: "healthy"
    case .unhealthy: "unhealthy"
    case .stopped: "stopped"
    case .ended: "ended"
    }
  }

  /// The state in words.
  public var description: String {
    switch self {
    case .healthy: "healthy"
    case .unhealthy(let reason): "unhealthy: \(reason)"
    case .stopped: "stopped"
    case .ended(let ending, _): "ended" + (ending.map { " with \($0)" } ?? "")
    }
  }
}
