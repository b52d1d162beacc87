import QuenchConfiguration
import QuenchLedger

/// The addresses that production was opened at: they stay for as long as its control plane runs.
///
/// An edit of `quench.yml` is not to take production from its address with the next promotion, nor to keep a rollback from
/// being made because the new address cannot be had.
public actor StandingListeners {
  private let ledger: Ledger
  private let service: String
  private var first: BalancerConfiguration?
  private var told: BalancerConfiguration?

  /// Keeps the addresses of a service.
  public init(ledger: Ledger, service: String) {
    self.ledger = ledger
    self.service = service
  }

  /// The configuration with the addresses that it had when it was first read.
  public func keep(in configuration: Configuration) async -> Configuration {
    let now = configuration.balancer
    guard let first else {
      first = now
      return configuration
    }
    var kept = configuration
    (kept.balancer.production, kept.balancer.test) = (first.production, first.test)
    if kept.balancer.production != now.production || kept.balancer.test != now.test || first.engine != now.engine,
      told != now
    {
      told = now
      _ = try? await ledger.append(
        LedgerEvent(
          "configuration-waits", subject: "balancer",
          detail: ["reason": "its engine and addresses change when quench serve is started again"]), of: service)
    }
    return kept
  }
}
