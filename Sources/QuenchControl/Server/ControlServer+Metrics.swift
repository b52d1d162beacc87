import QuenchBalancer
import QuenchLedger
import QuenchManagers

extension ControlServer {
  /// The balancer's metrics, with the instances' health and the promotions, in Prometheus's text format.
  ///
  /// - Throws: `LedgerError`; what the catalog throws.
  func metrics() async throws -> String {
    let balancer = try? await balancer.status()
    let status = try await production.status(balancer: balancer, isReady: isReady())
    var text = PrometheusText(balancer?.prometheusText ?? "")
    text.family("quench_balancer_up", .gauge, "Whether the balancer answers.")
    text.sample("quench_balancer_up", [], balancer == nil ? 0 : 1)
    text.family("quench_instance_health", .gauge, "1 for the health that an instance has.")
    for (set, group) in [("hot", status.sets.hot), ("cold", status.sets.cold)] {
      for instance in group.instances + group.retained.flatMap(\.instances) {
        text.sample(
          "quench_instance_health",
          [("set", set), ("instance", instance.id), ("revision", instance.revision), ("health", instance.health)], 1)
      }
    }
    text.family("quench_promotions_total", .counter, "Promotions and rollbacks, by what they came to.")
    for (kind, result, count) in try await production.promotionCounts() {
      text.sample(
        "quench_promotions_total", [("kind", kind.rawValue), ("result", result.rawValue)], Double(count))
    }
    text.family("quench_frozen", .gauge, "Whether promotions are frozen.")
    text.sample("quench_frozen", [], status.freeze == nil ? 0 : 1)
    text.family("quench_override", .gauge, "Whether what is live was promoted although the gate refused it.")
    text.sample("quench_override", [], status.override == nil ? 0 : 1)
    return text.text
  }
}
