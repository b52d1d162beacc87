import Foundation
import QuenchConfiguration
import QuenchDiagnostics
import QuenchInstances
import QuenchLedger

/// One promotion or rollback on its way, from its request to its end.
///
/// Each step's intent is journaled before it is made and its outcome after; each can be made again. Until production's
/// traffic is routed, a failure has what was begun stopped and nothing changed; after that it is routed back first.
struct PromotionTransaction: Sendable {
  let record: PromotionRecord
  let surroundings: PromotionSurroundings
  /// Whether the process that began it has ended.
  var isResumed = false

  var ledger: Ledger { surroundings.ledger }
  var cold: ColdpointManager { surroundings.cold }

  /// Makes the promotion from its beginning; cancelling the task aborts it.
  ///
  /// - Throws: `LedgerError` when the journal cannot be written; whoever comes next then finishes or undoes it.
  func run() async throws -> PromotionRecord {
    do {
      try await pass(.gated, within: .seconds(600)) { _ in
        async let totals = try? cold.publisher.totals()
        let decision = try await preconditions(await cold.sets)
        try await ledger.note(decision.reasons, of: record.id, durability: .normal)
        await attest(decision)
        guard decision.isLetPass else { throw PromotionFailure(reasons: decision.reasons) }
        return try Self.detail(of: await totals, named: "totals")
      }
      try await begin()
      try await route()
      return try await finish()
    } catch {
      return try await end(because: error)
    }
  }

  /// Goes on from what the journal has, after the process that made the promotion has ended.
  ///
  /// - Throws: `LedgerError`.
  func resume() async throws -> PromotionRecord {
    let steps = try await steps()
    if steps[.reverted] == nil, steps[.routed]?.ended != nil {
      do {
        return try await finish()
      } catch {
        return try await end(because: error)
      }
    }
    let reached = record.state.rawValue
    return try await end(
      because: PromotionFailure(reasons: [
        PromotionReason(
          "interrupted", ok: false, "the process that made it ended when it was \(reached)",
          next: "quench promote \(record.revision.prefix(12))")
      ]))
  }

  /// Has the decision signed and kept; where that cannot be done, the journal still has it.
  private func attest(_ decision: GateDecision) async {
    guard record.kind == .promotion else { return }
    if decision.isLetPass, !decision.isAllowed, let why = record.options.override {
      let rules = decision.reasons.filter(\.isOverridden).map(\.rule).joined(separator: " ")
      await cold.note(
        LedgerEvent(
          "overridden", subject: "cold",
          detail: [
            "revision": .text(record.revision), "actor": .text(record.actor), "rules": .text(rules),
            "reason": .text(why),
          ]))
    }
    do {
      try await surroundings.catalog.attest(decision)
    } catch {
      await cold.note(
        LedgerEvent(
          "unsigned", subject: "cold",
          detail: ["revision": .text(record.revision), "reason": .text(DiagnosticText.message(of: error))]))
    }
  }

  /// From the gate to a set that is healthy.
  private func begin() async throws {
    // A set that is up was started from the very bytes that are asked for: there is only the route to change.
    guard let to = record.to, await !isUp(to.digest) else { return }
    try await pass(.fetched, within: .seconds(600)) { _ in
      ["bytes": .number(Double(try await surroundings.catalog.check(to.digest)))]
    }
    let deployment = try await surroundings.catalog.deployment(of: to, count: record.options.instances)
    var detail: [String: EventDetail] = ["name": .text(InstanceGroup.name(.cold, revision: to.revision))]
    // So that nobody has to look up later what was run on production's data.
    if let prepare = deployment.service.prepare { detail["prepare"] = .text(prepare.command) }
    try await pass(.started, within: limit(of: deployment), detail: detail) { step in
      guard case .text(let name)? = step.detail["name"] else { return [:] }
      let set = try await cold.start(deployment, name: name)
      await cold.note(
        LedgerEvent(
          "deployed", subject: "cold",
          detail: ["revision": .text(to.revision), "instances": .number(Double(set.instances.count))]))
      return ["instances": .text(set.instances.map(\.id).joined(separator: " "))]
    }
    try await pass(.healthy, within: .seconds(60)) { _ in
      guard await self.isUp(to.digest) else {
        throw PromotionFailure(reasons: [
          PromotionReason(
            "health", ok: false, "an instance of \(to.revision.prefix(12)) was healthy and is not any more",
            next: "quench logs")
        ])
      }
      return [:]
    }
  }

  /// Has production's traffic go to the new set.
  private func route() async throws {
    guard let to = record.to else { return }
    async let before = try? figures(of: record.from?.digest)
    async let mark = try? figures(of: to.digest)
    let detail = try Self.detail(of: await before, named: "before")
      .merging(Self.detail(of: await mark, named: "mark")) { $1 }
    try await pass(.routed, within: .seconds(60), detail: detail, savesItself: true) { _ in
      try await cold.route(to: to.digest, reason: reason) { set in
        Failpoint.after.pass(.routed)
        _ = try await ledger.finish(.routed, of: record.id, saving: set)
      }
      return [:]
    }
  }

  /// From the routed set to the end.
  ///
  /// - Parameter obstacle: why traffic cannot go back, when something went wrong: there is nothing to watch for then.
  func finish(withoutBaking obstacle: String? = nil) async throws -> PromotionRecord {
    let drain = await surroundings.drain
    try await pass(.drained, within: drain + .seconds(30)) { step in
      guard let earlier = await cold.sets.all.first(where: { $0.build.digest == record.from?.digest }) else {
        return [:]
      }
      let deadline = step.began.addingTimeInterval(drain.inSeconds)
      do {
        let cut = try await cold.publisher.waitUntilDrained(earlier.instances.map(\.id), deadline: deadline)
        return ["cut_off": .number(Double(cut))]
      } catch let error as CancellationError {
        throw error
      } catch {
        // No reason to go back: new requests go to the new set, and the earlier one goes on.
        return ["failure": .text(DiagnosticText.message(of: error))]
      }
    }
    // It is in the sets since traffic went away from it, and is stopped by nobody until all is over.
    try await pass(.retained, within: .seconds(60)) { _ in [:] }
    // Where both sets are to be the same at all times, the hot one does not wait for the verdict on the new build.
    if try await surroundings.catalog.standingConfiguration().balancer.mode == .hotHot, let failure = await realign() {
      try await add([failure])
    }
    if record.kind == .promotion {
      try await pass(.baked, within: .seconds(record.options.bakeSeconds + 60)) { step in
        if let obstacle { return ["frozen": .text(obstacle)] }
        let complaints = try await bake(from: step)
        guard !complaints.isEmpty else { return [:] }
        guard let obstacle = await obstacleToGoingBack() else { throw PromotionFailure(reasons: complaints) }
        try await alert(complaints, obstacle)
        try await add(complaints)
        return ["frozen": .text(obstacle)]
      }
    }
    // From here on there is nothing to go back for.
    try await pass(.done, within: nil) { _ in
      try await cold.retain(record.options.retain)
      if record.kind == .promotion, let failure = await realign() { try await add([failure]) }
      return try Self.detail(of: try? await cold.publisher.totals(), named: "totals")
    }
    let reasons = try await ledger.promotion(record.id)?.reasons ?? []
    let ended = try await ledger.conclude(record.id, as: .promoted, reasons: reasons)
    await surroundings.conclude(ended)
    return ended
  }

  private func add(_ new: [PromotionReason]) async throws {
    let known = try await ledger.promotion(record.id)?.reasons ?? []
    try await ledger.note(known + new.filter { !known.contains($0) }, of: record.id)
  }

  /// Has the hot set follow production; what it could not be is told and does not undo the promotion.
  private func realign() async -> PromotionReason? {
    do {
      // A verification may have the hot set for long; it follows when that is over.
      try await keeping(Date().addingTimeInterval(300), of: .done) { try await surroundings.realignHotSet() }
      return nil
    } catch {
      return PromotionReason(
        "realign", ok: false, "the hot set does not follow: \(DiagnosticText.message(of: error))",
        next: "quench hot deploy \(record.revision.prefix(12))")
    }
  }
}
