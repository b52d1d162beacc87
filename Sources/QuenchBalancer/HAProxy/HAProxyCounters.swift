/// What HAProxy says of its servers and their answers, asked once.
struct HAProxyCounters: Sendable {
  let layout: HAProxyLayout
  let statistics: ProxyStatistics
  let answers: AnswerCounters
  /// The servers, by pool and name.
  let rows: [String: ProxyStatistics.Row]

  init(layout: HAProxyLayout, statistics: ProxyStatistics, answers: AnswerCounters) {
    self.layout = layout
    self.statistics = statistics
    self.answers = answers
    rows = Dictionary(statistics.servers.map { ("\($0.proxy)/\($0.name)", $0) }) { first, _ in first }
  }

  /// The server that a backend's health is known by.
  func row(of backend: Backend) -> ProxyStatistics.Row? {
    let serving = layout.servers.filter { server in
      server.backend.id == backend.id && !server.pool.hasSuffix(":count") && !server.pool.hasSuffix(":open")
    }
    return (serving.first(where: \.isOwn) ?? serving.first).flatMap { rows[$0.path] }
  }

  /// All servers that a backend is.
  func rows(of backend: Backend) -> [ProxyStatistics.Row] {
    statistics.servers.filter { ServerName($0.name)?.instance == backend.id }
  }

  /// What a backend answered, by class of status and more.
  func answers(of backend: Backend) -> [AnswerCounters.Key: [Int]] {
    answers.counts.filter { $0.key.server.instance == backend.id && $0.key.server.revision == backend.revision }
  }

  /// The health that checks give a backend, and why.
  func health(of backend: Backend) -> (BackendStatus.Health, String?) {
    row(of: backend).map { Self.health(of: $0, backend) } ?? (.unknown, nil)
  }

  static func health(of row: ProxyStatistics.Row, _ backend: Backend) -> (BackendStatus.Health, String?) {
    if case .known(let isHealthy) = backend.check.probe {
      return isHealthy ? (.healthy, nil) : (.unhealthy, "it is said to be")
    }
    // While a check is under way, a star stands before the result of the last.
    let check = row["check_status"].trimmingPrefix("* ")
    let words = [row["check_desc"], row["last_chk"]].filter { !$0.isEmpty }.joined(separator: ": ")
    if row["status"].hasPrefix("DOWN") {
      return check == "HANA" ? (.ejected, words) : (.unhealthy, check == "INI" ? "its first check failed" : words)
    }
    if row.isUp || check.hasPrefix("L4OK") || check.hasPrefix("L7OK") { return (.healthy, nil) }
    return check == "INI" || check.isEmpty ? (.unknown, nil) : (.unhealthy, words)
  }
}
