/// What one event loop counts of the answers of a backend, or of a tier on a revision.
struct AnswerCounts: Sendable {
  /// The answers by the first digit of their status; at 0 the connections of transport `tcp`.
  private(set) var statuses = (0, 0, 0, 0, 0, 0)
  var failed = 0
  private(set) var latency = LatencyHistogram()

  @inline(__always) mutating func add(status: Int, seconds: Double) {
    switch status {
    case 200..<300: statuses.2 += 1
    case 300..<400: statuses.3 += 1
    case 400..<500: statuses.4 += 1
    case 500...: statuses.5 += 1
    case 100..<200: statuses.1 += 1
    default: statuses.0 += 1
    }
    latency.add(seconds: seconds)
  }

  mutating func add(_ other: AnswerCounts) {
    statuses.0 += other.statuses.0
    statuses.1 += other.statuses.1
    statuses.2 += other.statuses.2
    statuses.3 += other.statuses.3
    statuses.4 += other.statuses.4
    statuses.5 += other.statuses.5
    failed += other.failed
    latency.add(other.latency)
  }

  /// The answers by the names that the status has for their classes.
  var byClass: [String: Int] {
    let named = [
      ("tcp", statuses.0), ("1xx", statuses.1), ("2xx", statuses.2), ("3xx", statuses.3), ("4xx", statuses.4),
      ("5xx", statuses.5),
    ]
    return Dictionary(uniqueKeysWithValues: named.filter { $0.1 > 0 })
  }
}

/// Whose answers are counted together.
struct TrafficKey: Sendable, Hashable {
  var trafficClass: TrafficClass
  var tier: String
  var revision: String
}

/// The counts of one key on one event loop.
final class TrafficCounters {
  let key: TrafficKey
  var counts = AnswerCounts()

  init(_ key: TrafficKey) { self.key = key }
}

/// What one event loop has counted, for the status.
struct LoopReport: Sendable {
  /// What is known of one backend.
  struct BackendFigures: Sendable {
    var inFlight = 0
    var openConnections = 0
    var failures = 0
    var counts = AnswerCounts()
  }

  var backends: [BackendKey: BackendFigures] = [:]
  var traffic: [TrafficKey: AnswerCounts] = [:]
  var totals = LoopTotals()
  var connections = 0
  /// By the id of the listener.
  var failedHandshakes: [String: Int] = [:]
}

/// The sums of one event loop.
struct LoopTotals: Sendable {
  var requests = 0
  var failed = 0
  var refused = 0
  var retried = 0
}
