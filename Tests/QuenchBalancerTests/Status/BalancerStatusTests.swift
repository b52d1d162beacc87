import Foundation
import QuenchBalancer
import Testing

@Suite struct BalancerStatusTests {
  static var status: BalancerStatus {
    var latency = LatencyHistogram()
    for seconds in [0.0004, 0.0005, 0.2, 99] { latency.add(seconds: seconds) }
    var switches = SwitchRecord()
    let cold = Serving(tier: "cold", backends: ["cold-2", "cold-1"], revisions: ["abc", "abc"])
    switches.add(
      TrafficSwitch(
        number: 0, listener: "production", trafficClass: .production, from: nil, to: cold, reason: .table,
        detail: "promotion 1", at: Date(timeIntervalSince1970: 5)))
    return BalancerStatus(
      engine: "embedded", pid: 12, since: Date(timeIntervalSince1970: 1), change: 4, tableVersion: 2,
      listeners: [
        ListenerStatus(
          id: "production", trafficClass: .production, host: "::1", port: 8080, serving: cold,
          tls: TLSStatus(
            serial: "0a1b", expires: Date(timeIntervalSince1970: 1_900_000_000), refusal: "/site.pem has expired",
            failedHandshakes: 3)),
        ListenerStatus(id: "test", trafficClass: .test, host: "::1", port: 8081, serving: nil),
      ],
      backends: [
        BackendStatus(
          id: "cold-1", tier: "cold", revision: "abc", state: .active, health: .ejected, detail: "3 failures",
          since: Date(timeIntervalSince1970: 2), inFlight: 1, openConnections: 2, statuses: ["2xx": 4], failures: 3)
      ],
      traffic: [
        TrafficStatus(
          trafficClass: .production, tier: "cold", revision: "abc", statuses: ["2xx": 3, "5xx": 1], failed: 1,
          latency: latency)
      ], switches: switches, requests: 4, failed: 1, connections: 9)
  }

  @Test func aStatusIsWhatItWasAfterItsWayThroughJSON() throws {
    let data = try JSONEncoder().encode(Self.status)
    #expect(try JSONDecoder().decode(BalancerStatus.self, from: data) == Self.status)
    #expect(Self.status.listeners[0].address == "[::1]:8080")
  }

  @Test func metricsAreInPrometheusTextFormat() {
    let lines = Self.status.prometheusText.split(separator: "\n").map(String.init)
    let labels = #"class="production",tier="cold",revision="abc""#
    for line in [
      "# TYPE quench_requests_total counter", #"quench_requests_total{\#(labels),status="2xx"} 3"#,
      #"quench_request_duration_seconds_bucket{\#(labels),le="0.0005"} 2"#,
      #"quench_request_duration_seconds_bucket{\#(labels),le="0.25"} 3"#,
      #"quench_request_duration_seconds_bucket{\#(labels),le="+Inf"} 4"#,
      #"quench_request_duration_seconds_count{\#(labels)} 4"#,
      #"quench_switches_total{class="production",reason="table"} 1"#,
      #"quench_switches_total{class="test",reason="ejected"} 0"#,
      #"quench_backend_health{instance="cold-1",tier="cold",revision="abc",health="ejected"} 1"#,
      #"quench_backend_health{instance="cold-1",tier="cold",revision="abc",health="healthy"} 0"#,
      "quench_connections 9", #"quench_tls_certificate_expiry_seconds{listener="production"} 1900000000"#,
      #"quench_tls_certificate_refused{listener="production"} 1"#,
      #"quench_tls_handshakes_failed_total{listener="production"} 3"#,
    ] {
      #expect(lines.contains(line), "\(line)")
    }
    let sample = /[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+/
    for line in lines where !line.hasPrefix("#") { #expect(line.wholeMatch(of: sample) != nil, "\(line)") }
  }

  @Test func quantilesComeFromTheBuckets() {
    var latency = LatencyHistogram()
    #expect(latency.quantile(0.99) == nil)
    for _ in 0..<99 { latency.add(seconds: 0.002) }
    let earlier = latency
    latency.add(seconds: 3)
    #expect(latency.quantile(0.5).map { $0 > 0.001 && $0 <= 0.0025 } == true)
    #expect(latency.quantile(1).map { $0 > 2.5 && $0 <= 5 } == true)
    #expect(latency.since(earlier).count == 1)
  }

  @Test func onlyTheLatestSwitchesAreKeptInFull() {
    var record = SwitchRecord()
    let one = Self.status.switches.recent[0]
    for _ in 0..<(SwitchRecord.most + 20) { record.add(one) }
    #expect(record.count == SwitchRecord.most + 20)
    #expect(record.recent.count == SwitchRecord.most)
    #expect(record.recent.last?.number == record.count)
    #expect(record.counts == [SwitchCount(reason: .table, trafficClass: .production, count: record.count)])
  }
}
