import Foundation
import QuenchDiagnostics

extension BalancerStatus {
  /// The status as metrics, in Prometheus's text format 0.0.4.
  ///
  /// Source: https://prometheus.io/docs/instrumenting/exposition_formats/
  public var prometheusText: String {
    var text = PrometheusText()
    text.family("quench_requests_total", .counter, "Requests answered, by class, tier, revision and class of status.")
    for entry in traffic {
      for (status, count) in entry.statuses.sorted(by: { $0.key < $1.key }) {
        text.sample("quench_requests_total", entry.labels + [("status", status)], Double(count))
      }
    }
    text.family("quench_requests_failed_total", .counter, "Requests that failed on the way or at a backend.")
    for entry in traffic { text.sample("quench_requests_failed_total", entry.labels, Double(entry.failed)) }
    text.family("quench_request_duration_seconds", .histogram, "From the request's head to the answer's last byte.")
    for entry in traffic { text.histogram("quench_request_duration_seconds", entry.labels, entry.latency) }
    text.family("quench_requests_refused_total", .counter, "Requests refused as wrong, too large or too slow.")
    text.sample("quench_requests_refused_total", [], Double(refused))
    text.family("quench_requests_retried_total", .counter, "Requests sent more than once.")
    text.sample("quench_requests_retried_total", [], Double(retried))
    text.family("quench_switches_total", .counter, "Changes of who serves a class of traffic, by reason.")
    for trafficClass in TrafficClass.allCases {
      for reason in TrafficSwitch.Reason.allCases {
        let count = switches.counts.first { $0.reason == reason && $0.trafficClass == trafficClass }?.count ?? 0
        text.sample(
          "quench_switches_total", [("class", trafficClass.rawValue), ("reason", reason.rawValue)], Double(count))
      }
    }
    appendBackends(to: &text)
    appendCertificates(to: &text)
    text.family("quench_connections", .gauge, "Clients' open connections.")
    text.sample("quench_connections", [], Double(connections))
    text.family("quench_routing_table_version", .gauge, "The version of the routing table that counts.")
    text.sample("quench_routing_table_version", [], Double(tableVersion))
    return text.text
  }

  private func appendBackends(to text: inout PrometheusText) {
    text.family("quench_backend_health", .gauge, "1 for the health that an instance has, 0 for the others.")
    for backend in backends {
      for health in BackendStatus.Health.allCases {
        text.sample(
          "quench_backend_health", backend.labels + [("health", health.rawValue)], backend.health == health ? 1 : 0)
      }
    }
    text.family("quench_backend_draining", .gauge, "1 while an instance gets no new requests.")
    for backend in backends {
      text.sample("quench_backend_draining", backend.labels, backend.state == .active ? 0 : 1)
    }
    text.family("quench_backend_requests_in_flight", .gauge, "Requests that an instance is answering.")
    for backend in backends {
      text.sample("quench_backend_requests_in_flight", backend.labels, Double(backend.inFlight))
    }
    text.family("quench_backend_connections", .gauge, "Open connections to an instance.")
    for backend in backends {
      text.sample("quench_backend_connections", backend.labels, Double(backend.openConnections))
    }
    text.family("quench_backend_failures_total", .counter, "Requests that failed with an instance.")
    for backend in backends {
      text.sample("quench_backend_failures_total", backend.labels, Double(backend.failures))
    }
  }
}

extension BalancerStatus {
  private func appendCertificates(to text: inout PrometheusText) {
    let secured = listeners.compactMap { listener in listener.tls.map { ([("listener", listener.id)], $0) } }
    guard !secured.isEmpty else { return }
    text.family(
      "quench_tls_certificate_expiry_seconds", .gauge, "When a listener's certificate expires, in seconds since 1970.")
    for (labels, tls) in secured {
      text.sample("quench_tls_certificate_expiry_seconds", labels, tls.expires.timeIntervalSince1970.rounded())
    }
    text.family(
      "quench_tls_certificate_refused", .gauge, "1 while the certificate in a listener's files is not in use.")
    for (labels, tls) in secured {
      text.sample("quench_tls_certificate_refused", labels, tls.refusal == nil ? 0 : 1)
    }
    text.family("quench_tls_handshakes_failed_total", .counter, "TLS handshakes that came to nothing.")
    for (labels, tls) in secured {
      text.sample("quench_tls_handshakes_failed_total", labels, Double(tls.failedHandshakes))
    }
  }
}

extension TrafficStatus {
  fileprivate var labels: [(String, String)] {
    [("class", trafficClass.rawValue), ("tier", tier), ("revision", revision)]
  }
}

extension BackendStatus {
  fileprivate var labels: [(String, String)] {
    [("instance", id), ("tier", tier ?? "none"), ("revision", revision)]
  }
}

/// Metrics being written.
package struct PrometheusText {
  package enum Kind: String {
    case counter, gauge, histogram
  }

  package private(set) var text: String

  package init(_ text: String = "") { self.text = text }

  package mutating func family(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
  }

  package mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Double) {
    let list = labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
    text += "\(name)\(list.isEmpty ? "" : "{\(list)}") \(Self.number(value))\n"
  }

  mutating func histogram(_ name: String, _ labels: [(String, String)], _ histogram: LatencyHistogram) {
    var sum = 0
    for (index, count) in histogram.counts.enumerated() {
      sum += count
      let bound = index < LatencyHistogram.bounds.count ? Self.number(LatencyHistogram.bounds[index]) : "+Inf"
      sample("\(name)_bucket", labels + [("le", bound)], Double(sum))
    }
    sample("\(name)_sum", labels, histogram.sum)
    sample("\(name)_count", labels, Double(sum))
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }

  private static func escaped(_ value: String) -> String {
    let escapes: [Unicode.Scalar: String] = ["\\": "\\\\", "\"": "\\\"", "\n": "\\n"]
    return value.escapingScalars { escapes[$0] }
  }
}
