import QuenchConfiguration
import QuenchLedger
import QuenchState
import Synchronization

/// All that promotions work with.
public struct PromotionSurroundings: Sendable {
  var cold: ColdpointManager
  var hot: HotpointManager
  var catalog: any BuildCatalog
  var gate: any Gate
  var criteria: BakeCriteria
  var room: @Sendable () -> Room
  let announcer = Announcer<PromotionEvent>()
  let forced = ForcedAborts()

  /// Makes surroundings.
  ///
  /// - Parameters:
  ///   - cold: looks after production.
  ///   - hot: looks after the hot set, which follows production.
  ///   - catalog: knows the repository and its configuration.
  ///   - gate: decides what may be promoted.
  ///   - criteria: when a new set does worse than the one before.
  ///   - room: what the machine has left; nil to ask the machine.
  public init(
    cold: ColdpointManager, hot: HotpointManager, catalog: any BuildCatalog, gate: any Gate,
    criteria: BakeCriteria = BakeCriteria(), room: (@Sendable () -> Room)? = nil
  ) {
    self.cold = cold
    self.hot = hot
    self.catalog = catalog
    self.gate = gate
    self.criteria = criteria
    let state = cold.state
    self.room = room ?? { Room.left(in: state) }
  }

  /// How long requests may take to end when their instance gets no new ones; a configuration that could never be read holds
  /// nothing up.
  var drain: Duration {
    get async {
      (try? await catalog.standingConfiguration().balancer.timeouts.drain) ?? BalancerConfiguration.Timeouts().drain
    }
  }

  var ledger: Ledger { cold.ledger }
  var service: String { cold.service }
}

/// The promotions that are to be undone although they have no way back, because somebody insists.
final class ForcedAborts: Sendable {
  private let numbers = Mutex<Set<Int64>>([])

  func insert(_ promotion: Int64) { numbers.withLock { _ = $0.insert(promotion) } }

  func contains(_ promotion: Int64) -> Bool { numbers.withLock { $0.contains(promotion) } }
}

/// That a promotion cannot go on, for reasons that its record gives.
struct PromotionFailure: Error {
  var reasons: [PromotionReason]
}
