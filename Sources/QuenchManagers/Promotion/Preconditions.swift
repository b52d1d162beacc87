import QuenchConfiguration
import QuenchDiagnostics
import QuenchLedger

/// What has to hold before production is moved, asked within the transaction.
extension PromotionTransaction {
  /// What is to hold, and whether it does.
  ///
  /// What the gate says, and a freeze, can be overridden by who asks for the promotion; nothing else can.
  /// - Parameter sets: how the cold sets are.
  func preconditions(_ sets: ColdSets) async throws -> GateDecision {
    let live = sets.live?.build
    var decision = GateDecision(service: record.service, revision: record.revision, digest: record.digest)
    decision.reasons = [try await newer()]
    guard let to = record.to else {
      decision.reasons += try await gate(&decision, live: live)
      return decision
    }
    guard to.digest != live?.digest else {
      decision.reasons.append(
        PromotionReason(
          "live", ok: false, "the build of \(record.revision.prefix(12)) is live already", next: "quench status"))
      return decision
    }
    decision.reasons.append(PromotionReason("live", ok: true, "another build is live"))
    switch record.kind {
    case .promotion:
      if let burnt = PromotionTrail(try await ledger.moves(service: record.service)).crossed(goingTo: to).last {
        decision.reasons.append(
          PromotionReason(
            "no-way-back", ok: false,
            "the promotion of \(burnt.revision.prefix(12)) has no way back: \(burnt.options.noWayBack ?? "")",
            next: "quench rollback \(to.revision.prefix(12)) --force"))
      }
      decision.reasons += overridden([try await freeze()] + (try await gate(&decision, live: live)))
    case .rollback:
      decision.reasons += try await wayBack(to: to, live: live, &decision)
    }
    if decision.isLetPass, await !isUp(to.digest, among: sets) {
      decision.reasons.append(try await room(for: to, beside: sets.live))
    }
    return decision
  }

  /// What the policy says; what it refuses does not count where somebody says why.
  private func overridden(_ policy: [PromotionReason]) -> [PromotionReason] {
    let refused = policy.filter(\.refuses)
    guard let why = record.options.override, !refused.isEmpty else { return policy }
    let rules = refused.map(\.rule).joined(separator: ", ")
    return policy.map { $0.ok ? $0 : $0.overridden }
      + [PromotionReason(Self.overrideRule, ok: true, "\(record.actor) overrides \(rules): \(why)")]
  }

  /// The reason's rule of a promotion that was made although the gate refused it.
  private static var overrideRule: String { "override" }

  private func newer() async throws -> PromotionReason {
    let later = try await ledger.promotions(service: record.service).first { other in
      other.id > record.id && (other.isRouted || other.reasons.contains { $0.rule == PromotionRunner.abortRule })
    }
    guard let later else { return PromotionReason("newest", ok: true, "nothing was promoted since it was asked for") }
    return PromotionReason(
      "newest", ok: false,
      later.kind == .rollback
        ? "production was rolled back by \(later.actor) since it was asked for"
        : "\(later.revision.prefix(12)) was asked for later and is promoted already",
      next: "quench promote \(record.revision.prefix(12))")
  }

  private func freeze() async throws -> PromotionReason {
    guard let freeze = try await ledger.freeze(of: record.service) else {
      return PromotionReason("freeze", ok: true, "production is not frozen")
    }
    return PromotionReason(
      "freeze", ok: false, "production is frozen by \(freeze.actor): \(freeze.reason)", next: "quench unfreeze")
  }

  private func gate(_ decision: inout GateDecision, live: PromotedBuild?) async throws -> [PromotionReason] {
    var candidate = try await surroundings.catalog.candidate(record.revision, live: live?.revision)
    // What was asked for is what is decided upon, whatever was verified since.
    candidate.digest = record.digest
    candidate.promoter = record.actor
    decision.policy = candidate.policy
    decision.inputs = candidate.inputs
    return try await surroundings.gate.decide(candidate)
  }

  /// What was live before needs no verdict, but its promotion must not have burnt a bridge.
  private func wayBack(
    to: PromotedBuild, live: PromotedBuild?, _ decision: inout GateDecision
  ) async throws -> [PromotionReason] {
    let moves = try await ledger.moves(service: record.service)
    guard moves.contains(where: { $0.digest == to.digest && $0.result == .promoted }) else {
      // To go where production never was is no way back.
      return [try await freeze()] + (try await gate(&decision, live: live))
    }
    let was = PromotionReason("live-before", ok: true, "\(to.revision.prefix(12)) was live before")
    guard let burnt = PromotionTrail(moves).crossed(goingTo: to).last else { return [was] }
    let reason = "the promotion of \(burnt.revision.prefix(12)) has no way back: \(burnt.options.noWayBack ?? "")"
    return [
      was,
      PromotionReason(
        "no-way-back", ok: record.options.isForced, reason,
        next: record.options.isForced ? nil : "quench rollback \(to.revision.prefix(12)) --force"),
    ]
  }

  /// Whether the artifact is whole, and the machine has room for a second set; who goes back is not asked for room, since
  /// what takes it may be the very build that is to go.
  private func room(for build: PromotedBuild, beside live: ColdSet?) async throws -> PromotionReason {
    let size: Int64
    do {
      size = try await surroundings.catalog.check(build.digest)
    } catch let error as CancellationError {
      throw error
    } catch {
      return PromotionReason(
        "artifact", ok: false, DiagnosticText.message(of: error),
        next: "quench verify \(build.revision.prefix(12)) --again")
    }
    guard record.kind == .promotion else { return PromotionReason("artifact", ok: true, "the artifact is whole") }
    let resident = Room.resident(live?.instances ?? [])
    return surroundings.room().reason(count: record.options.instances, size: size, resident: resident)
  }
}
