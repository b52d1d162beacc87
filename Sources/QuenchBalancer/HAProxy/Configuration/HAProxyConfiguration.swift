import QuenchProcesses

/// What HAProxy has for all checks together, and cannot change while it runs.
struct CheckPace: Codable, Sendable, Hashable {
  /// The share of the interval by which checks vary to either side.
  var percent = 5
  /// How many milliseconds a check may take.
  var timeout = 2000

  init() {}

  /// The pace that suits all of these; nil when none of them is checked.
  init?(_ backends: [Backend]) {
    let checks = backends.map(\.check).filter { !$0.isKnown }
    guard let jitter = checks.map(\.jitter).max(), let timeout = checks.map(\.timeout).max() else { return nil }
    percent = min(50, Int((jitter * 50).rounded()))
    self.timeout = timeout.milliseconds
  }
}

/// HAProxy's configuration for a layout: everything but the servers, which are added while it runs.
///
/// Two tables with the same text differ only in what can be changed without a reload.
struct HAProxyConfiguration: Sendable {
  let layout: HAProxyLayout
  let pace: CheckPace
  /// The threads that carry traffic; nil for one on each processor.
  let threads: Int?
  /// Whether each request is logged.
  let isLogged: Bool

  static let socket = "control"
  static let bucketMap = "latency.map"
  static let targetMap = "health.map"

  private var table: RoutingTable { layout.table }

  /// The text, with the `server` lines of those that are to be there from the start.
  func text(with servers: [HAProxyLayout.Server] = []) -> String {
    let present = Dictionary(grouping: servers, by: \.pool)
    var sections = [global, defaults, counters]
    sections += layout.fronts.map { FrontendText($0, in: table, isLogged: isLogged).text }
    sections += layout.fronts.map(unserved)
    sections += layout.pools.map { pool(in: $0, present[$0.name] ?? []) }
    return sections.joined(separator: "\n")
  }

  private var global: String {
    var lines = [
      "global",
      // Quench's own; what is changed here by hand is overwritten.
      "stats socket unix@\(Self.socket) mode 600 level admin expose-fd listeners",
      "no strict-limits", "maxconn \(table.limits.connections)",
      "tune.bufsize \(table.limits.headBytes + 1024)", "tune.maxrewrite 1024",
      "tune.http.maxhdr \(min(32767, table.limits.headerCount + 1))",
      "hard-stop-after \(table.timeouts.drain.milliseconds)ms", "spread-checks \(pace.percent)",
    ]
    if let threads { lines.append("nbthread \(threads)") }
    for need in layout.fronts.flatMap(\.chains).flatMap(\.steps).compactMap(\.need) {
      lines.append("set-var \(need.name) int(1)")
    }
    if isLogged { lines.append("log stdout format raw local0 info") }
    return Self.section(lines)
  }

  private var defaults: String {
    let timeouts = table.timeouts
    return Self.section([
      "defaults",
      "timeout connect \(timeouts.connect.milliseconds)ms",
      "timeout http-request \(timeouts.head.milliseconds)ms",
      "timeout http-keep-alive \(timeouts.keepAliveIdle.milliseconds)ms",
      "timeout client \(timeouts.bodyIdle.milliseconds)ms",
      // It counts to the first byte and from one to the next; an answer that is late is better than one that is cut.
      "timeout server \(max(timeouts.answer, timeouts.bodyIdle).milliseconds)ms",
      "timeout tunnel \(timeouts.tunnelIdle.milliseconds)ms",
      "timeout queue \(timeouts.connect.milliseconds)ms",
      "timeout check \(pace.timeout)ms",
      // Each kept connection that proves dead, and each one refused, is a try for HAProxy: of a set that is killed as a
      // whole a request may meet several before the checks have marked its servers down.
      "retries \(max(0, table.retries.attempts - 1) * 4)",
      "option redispatch 1",
      // A request whose client has gone is taken back.
      "option abortonclose",
      // On a connection that is there already, a small answer is not to wait for the acknowledgement of the last.
      "option http-no-delay",
    ])
  }

  private var counters: String {
    Self.section([
      "backend \(AnswerCounters.table)",  // The rows of servers that went away longest ago make room for others.
      "stick-table type string len 640 size 5k expire 20d store gpc0",
    ])
  }

  /// Where the requests go that nobody is there for.
  private func unserved(_ front: HAProxyLayout.Front) -> String {
    let name = "backend \(front.listener.id):none"
    guard front.listener.transport == .http else {
      return Self.section([name, "mode tcp", "tcp-request content reject"])
    }
    return Self.section([name, "mode http", "http-request return \(Self.nobody(front.route.retryAfter))"])
  }

  private static func nobody(_ retryAfter: Duration) -> String {
    "status 503 content-type text/plain string \"no instance is healthy\\n\" "
      + "hdr Retry-After \(Int(retryAfter.seconds.rounded(.up)))"
  }

  private func pool(in pool: HAProxyLayout.Pool, _ servers: [HAProxyLayout.Server]) -> String {
    var lines = ["backend \(pool.name)", "mode \(pool.transport.rawValue)", "balance roundrobin", "option allbackups"]
    if let remembers = pool.remembers {
      lines.append("stick-table type integer size 16 expire \(remembers.milliseconds)ms store gpc0")
    }
    if pool.asksPath {
      lines += [
        "option httpchk",
        "http-check send meth GET uri-lf \"%[srv_name,map_str(\(Self.targetMap),/)]\" ver HTTP/1.1 hdr Host localhost "
          + "hdr User-Agent quench-health hdr Connection close",
        "http-check expect status 200-399",
      ]
    }
    if pool.transport == .http {
      lines += [
        // An idempotent request that has had no answer is tried again; the others only before they were sent.
        "retry-on conn-failure empty-response",
        "http-request disable-l7-retry unless { method GET HEAD OPTIONS TRACE PUT DELETE }",
        "http-error \(Self.nobody(pool.retryAfter))",
      ]
    } else {
      // A client that has said all it has to say has not gone.
      lines.append("no option abortonclose")
    }
    lines += servers.map { "server \($0.name) \($0.options)" }
    return Self.section(lines)
  }

  /// A section: its first line, and the others below it.
  static func section(_ lines: [String]) -> String {
    lines.enumerated().map { $0 == 0 ? $1 : "  \($1)" }.joined(separator: "\n") + "\n"
  }
}
