/// What was answered by all servers, those that were taken out included, summed up as a status has it.
struct TrafficSum {
  private struct Key: Hashable {
    var trafficClass: TrafficClass
    var tier: String
    var revision: String
  }

  private var traffic: [Key: TrafficStatus] = [:]
  private var requests = 0, failed = 0, refused = 0, retried = 0, connections = 0

  init(_ layout: HAProxyLayout, _ statistics: ProxyStatistics, _ answers: AnswerCounters) {
    let fronts = Dictionary(uniqueKeysWithValues: layout.fronts.map { ($0.listener.id, $0) })
    var serverErrors: [String: Int] = [:]
    for (key, counts) in answers.counts {
      let count = counts.reduce(0, +)
      if key.statusClass == 5 { serverErrors[key.listener, default: 0] += count }
      guard let trafficClass = fronts[key.listener]?.listener.trafficClass else { continue }
      add(Key(trafficClass: trafficClass, tier: key.server.tier, revision: key.server.revision)) {
        $0.statuses["\(key.statusClass)xx", default: 0] += count
        $0.latency.add(AnswerCounters.histogram(counts))
      }
    }
    for row in statistics.frontends {
      guard let front = fronts[row.proxy] else { continue }
      connections += row.number("scur")
      guard front.listener.transport == .http else {
        requests += row.number("stot")
        continue
      }
      let refusals = row.number("ereq") + row.number("dreq")
      refused += refusals
      requests += max(0, row.number("req_tot") - refusals)
      let own = max(0, row.number("hrsp_5xx") - serverErrors[row.proxy, default: 0])
      failed += own
      guard own > 0 else { continue }
      add(Key(trafficClass: front.listener.trafficClass, tier: TrafficStatus.nobody, revision: TrafficStatus.nobody)) {
        $0.statuses["5xx", default: 0] += own
        $0.failed += own
      }
    }
    for row in statistics.backends {
      guard let listener = row.proxy.split(separator: ":").first, let front = fronts[String(listener)] else { continue }
      retried += row.number("wretr") + row.number("wredis")
      // An answer that was cut off after its head had gone out.
      failed += row.number("srv_abrt")
      if front.listener.transport == .tcp { failed += row.number("econ") }
    }
    for row in statistics.servers {
      guard let name = ServerName(row.name), let listener = row.proxy.split(separator: ":").first,
        let front = fronts[String(listener)]
      else { continue }
      add(Key(trafficClass: front.listener.trafficClass, tier: name.tier, revision: name.revision)) {
        $0.failed += row.number("srv_abrt")
        if front.listener.transport == .tcp, row.number("stot") > 0 {
          $0.statuses["tcp", default: 0] += row.number("stot")
        }
      }
    }
  }

  private mutating func add(_ key: Key, _ change: (inout TrafficStatus) -> Void) {
    var status =
      traffic[key] ?? TrafficStatus(trafficClass: key.trafficClass, tier: key.tier, revision: key.revision)
    change(&status)
    traffic[key] = status
  }

  /// Writes the sums to a status.
  func fill(_ status: inout BalancerStatus) {
    status.traffic = traffic.values.filter { $0.requests > 0 || $0.failed > 0 }.sorted {
      ($0.trafficClass.rawValue, $0.tier, $0.revision) < ($1.trafficClass.rawValue, $1.tier, $1.revision)
    }
    status.requests = requests
    status.failed = failed
    status.refused = refused
    status.retried = retried
    status.connections = connections
  }
}
