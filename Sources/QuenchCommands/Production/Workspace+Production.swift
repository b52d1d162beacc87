import Foundation
import QuenchBalancer
import QuenchConfiguration
import QuenchControl
import QuenchManagers
import QuenchProcesses

extension Workspace {
  /// This host's production; who looks after it holds its right.
  ///
  /// - Throws: as ``serviceName()``.
  func production(behind balancer: any Balancer) async throws -> Production {
    let catalog = WorkspaceCatalog(workspace: self), service = try await serviceName()
    let listeners = StandingListeners(ledger: ledger, service: service)
    return Production(
      service: service, state: state, ledger: ledger, provider: provider,
      publisher: BalancerRoutes(balancer: balancer) {
        await listeners.keep(in: try await catalog.standingConfiguration())
      }, catalog: catalog,
      gate: PolicyGate(ledger: ledger))
  }

  /// The way to the `quench serve` of this host.
  ///
  /// - Throws: `ControlError` with code `control-socket-unavailable`; as ``serviceName()``.
  func controlClient() async throws -> ControlClient { try ControlClient(state, service: try await serviceName()) }

  /// Has the balancer know at once that the hot set is another, where there is a balancer.
  func tellOfHotSet() async {
    // The control plane finds out by itself too, only later.
    guard let client = try? await controlClient() else { return }
    try? await client.refreshRoutes(ReasonedOrder(actor: Actor.name, reason: "the hot set has changed"))
  }
}

/// Who asks, for the record.
enum Actor {
  /// The user's name at this machine, or the one whom a CI system names.
  static var name: String {
    let environment = ProcessInfo.processInfo.environment
    return ["GITHUB_ACTOR", "GITLAB_USER_LOGIN", "BUILDKITE_BUILD_CREATOR", "CHANGE_AUTHOR", "CIRCLE_USERNAME"]
      .lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? NSUserName()
  }
}
