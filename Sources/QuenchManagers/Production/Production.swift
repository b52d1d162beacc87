import Foundation
import QuenchBalancer
import QuenchConfiguration
import QuenchDiagnostics
import QuenchInstances
import QuenchLedger
import QuenchState

/// A service's production on this host: its cold sets, its promotions, and the hot set that follows them.
///
/// It is all that a control plane works with. The control plane takes the right to it (``own(reason:)``), takes up what
/// there is (``open()``), and has it looked after for as long as it runs (``supervise()``).
public struct Production: Sendable {
  /// Looks after the cold sets.
  public let cold: ColdpointManager
  /// Looks after the hot set.
  public let hot: HotpointManager
  /// Makes promotions and rollbacks.
  public let runner: PromotionRunner
  let surroundings: PromotionSurroundings

  /// Makes the production of a service.
  ///
  /// - Parameters:
  ///   - service: the name of the service, as this host has it.
  ///   - state: Quench's folder.
  ///   - ledger: what happened.
  ///   - provider: where instances come from.
  ///   - publisher: where traffic is told to go.
  ///   - catalog: knows the repository and its configuration.
  ///   - gate: decides what may be promoted.
  ///   - criteria: when a new set does worse than the one before.
  public init(
    service: String, state: StateDirectory, ledger: Ledger, provider: any InstanceProvider,
    publisher: any RoutePublisher, catalog: any BuildCatalog, gate: any Gate, criteria: BakeCriteria = BakeCriteria()
  ) {
    cold = ColdpointManager(
      service: service, state: state, ledger: ledger, provider: provider, publisher: publisher,
      gateSuites: { try? await catalog.configuration().gateSuites })
    hot = HotpointManager(service: service, state: state, ledger: ledger, provider: provider)
    surroundings = PromotionSurroundings(cold: cold, hot: hot, catalog: catalog, gate: gate, criteria: criteria)
    runner = PromotionRunner(surroundings)
  }

  /// The right to look after this production, for as long as the result is held.
  ///
  /// - Throws: `ManagerError` with code `set-owned`; `StateError`, `CancellationError`.
  public func own(reason: String) async throws -> SetLock { try await cold.own(reason: reason) }

  /// Takes up the sets that run, and has traffic go to them.
  ///
  /// The caller holds the right. What was under way when the process before ended is left to ``supervise()``.
  ///
  /// - Throws: `LedgerError`; what the publisher throws.
  public func open() async throws {
    try await cold.adopt()
    try await cold.publish(reason: "the control plane has started")
  }

  /// Keeps production up until the task is cancelled: finishes or undoes what the process before was at, replaces
  /// instances that fail, and has the hot set follow.
  public func supervise() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await cold.supervise() }
      group.addTask { await follow() }
    }
  }

  /// Finishes or undoes what was left half done, by a process that ended or because the journal could not be written.
  private func finishEarlier() async {
    while !Task.isCancelled {
      do {
        try await runner.resume()
        return
      } catch {
        await cold.note(
          LedgerEvent("resume-failed", subject: "cold", detail: ["reason": .text(DiagnosticText.message(of: error))]))
        try? await Task.sleep(for: .seconds(1))
      }
    }
  }

  /// Has the hot set on what is live, again and again, but not while that is being decided.
  private func follow() async {
    var backOff = BackOff()
    while !Task.isCancelled {
      var pause = Duration.seconds(5)
      if await runner.current() == nil {
        await finishEarlier()
        do {
          try await runner.realign()
          // For a hot rollback at once; where it cannot be done, the rollback itself does it.
          try? await hot.readyRetained()
        } catch {
          pause = max(pause, backOff.delay())
          await cold.note(
            LedgerEvent("realign-failed", subject: "hot", detail: ["reason": .text(DiagnosticText.message(of: error))]))
        }
      }
      await wait(atMost: pause)
    }
  }

  /// Waits until a promotion is over, but no longer than `limit`.
  private func wait(atMost limit: Duration) async {
    let events = runner.events()
    await withTaskGroup(of: Void.self) { tasks in
      tasks.addTask {
        for await event in events {
          if case .concluded = event.kind { return }
        }
      }
      tasks.addTask { try? await Task.sleep(for: limit) }
      await tasks.next()
      tasks.cancelAll()
    }
  }

  /// Has nothing promoted from now on.
  ///
  /// - Throws: `LedgerError`.
  @discardableResult
  public func freeze(actor: String, reason: String) async throws -> Freeze {
    let freeze = try await cold.ledger.freeze(service: cold.service, actor: actor, reason: reason)
    await cold.note(LedgerEvent("frozen", subject: "cold", detail: ["actor": .text(actor), "reason": .text(reason)]))
    return freeze
  }

  /// Ends a freeze; nil when there was none.
  ///
  /// - Throws: `LedgerError`.
  @discardableResult
  public func unfreeze(actor: String) async throws -> Freeze? {
    let freeze = try await cold.ledger.unfreeze(service: cold.service, actor: actor)
    if freeze != nil { await cold.note(LedgerEvent("unfrozen", subject: "cold", detail: ["actor": .text(actor)])) }
    return freeze
  }

  /// What a promotion would decide, without anything being done.
  ///
  /// It goes by what the ledger has, so that whoever looks after production need not be asked.
  ///
  /// - Throws: what the catalog and the gate throw; `LedgerError`.
  public func decide(_ revision: String, actor: String) async throws -> GateDecision {
    let sets = try await cold.ledger.loadSet(.cold, service: cold.service).map { ColdSets($0) } ?? ColdSets()
    let candidate = try await surroundings.catalog.candidate(revision, live: sets.live?.build.revision)
    let instances = try await surroundings.catalog.configuration().cold.instances
    let record = PromotionRecord(
      proposing: revision, digest: candidate.digest, of: cold.service, from: sets.live?.build,
      options: PromotionOptions(instances: instances), actor: actor)
    return try await PromotionTransaction(record: record, surroundings: surroundings).preconditions(sets)
  }

  /// How many promotions and rollbacks came to what.
  ///
  /// - Throws: `LedgerError`.
  public func promotionCounts() async throws -> [(kind: PromotionRecord.Kind, result: PromotionResult, count: Int)] {
    try await cold.ledger.promotionCounts(service: cold.service)
  }

  /// A promotion's wire form; nil when the journal has none with this number.
  ///
  /// - Throws: `LedgerError`.
  public func document(of promotion: Int64) async throws -> PromotionDocument? {
    guard let record = try await cold.ledger.promotion(promotion) else { return nil }
    return PromotionDocument(record, steps: try await cold.ledger.steps(of: promotion))
  }

  /// How long one instance may take to answer when everything is asked for: whoever asks does not wait long either.
  private static let patience: Duration = .milliseconds(1500)

  /// How everything is, asked now.
  ///
  /// - Parameters:
  ///   - balancer: how the balancer is; nil when it cannot be asked.
  ///   - isReady: whether what is promoted was served since the control plane began.
  /// - Throws: `LedgerError`; what the catalog throws.
  public func status(balancer: BalancerStatus?, isReady: Bool = true) async throws -> StatusDocument {
    let configuration = try await surroundings.catalog.standingConfiguration()
    var promotion: PromotionDocument?
    if let current = await runner.current() { promotion = try await document(of: current.id) }
    let live = await cold.sets.live?.build
    var brought: PromotionRecord?
    if let live { brought = try await cold.ledger.promotion(of: live.digest, service: cold.service) }
    return StatusDocument(
      mode: configuration.balancer.mode.rawValue, cold: await cold.status(within: Self.patience),
      hot: try await hot.status(within: Self.patience), balancer: balancer, promotion: promotion,
      waiting: await runner.waiting.map { PromotionDocument($0, steps: []) },
      override: brought.flatMap(StatusDocument.Override.init),
      freeze: try await cold.ledger.freeze(of: cold.service), ready: isReady)
  }

  /// How many instances of each set run, retained ones included.
  ///
  /// - Throws: `LedgerError`.
  public func runningInstances() async throws -> (cold: Int, hot: Int) {
    let cold = await cold.status(within: Self.patience), hot = try await hot.status(within: Self.patience)
    let ofCold = (cold.live?.members ?? []) + cold.others.flatMap(\.members)
    let ofHot = (hot?.members ?? []) + (hot?.retained ?? []).flatMap(\.members)
    return (ofCold.count { $0.health.isRunning }, ofHot.count { $0.health.isRunning })
  }

  /// Stops everything: traffic first, then the cold sets, which the next control plane starts again, and the hot set.
  ///
  /// The caller has ended ``supervise()`` before.
  ///
  /// - Parameter stopTraffic: has no more requests come, and returns when those under way have ended.
  /// - Throws: what `stopTraffic` throws; the sets then go on.
  public func shutDown(stopTraffic: @Sendable () async throws -> Void) async throws {
    try await stopTraffic()
    await cold.shutDown()
    await cold.note(LedgerEvent("stopped", subject: "cold"))
    _ = try? await hot.stop(removing: false)
  }
}
