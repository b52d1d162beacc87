import QuenchProcesses

/// How an instance is.
public enum InstanceHealth: Sendable, Equatable, CustomStringConvertible {
  /// It runs, it is ours, and its health check passes.
  case healthy
  /// It runs, but its health check fails.
  case unhealthy(reason: String)
  /// It does not run any more.
  case ended(ProcessEnding?, lastLines: [String])

  /// The word for it in JSON: `healthy`, `unhealthy`, `ended`.
  public var word: String {
    switch self {
    case .healthy: "healthy"
    case .unhealthy: "unhealthy"
    case .ended: "ended"
    }
  }

  /// The state in words.
  public var description: String {
    switch self {
    case .healthy: "healthy"
    case .unhealthy(let reason): "unhealthy: \(reason)"
    case .ended(let ending, _): "ended" + (ending.map { " with \($0)" } ?? "")
    }
  }
}
