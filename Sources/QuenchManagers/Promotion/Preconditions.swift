import QuenchConfiguration
import QuenchDiagnostics
import QuenchLedger

/// What has to hold before production is moved, asked within the transaction.
extension PromotionTransaction {
  /// What is to hold, and whether it does.
  ///
  /// - Parameter sets: how the cold sets are.
  func preconditions(_ sets: ColdSets) async throws -> [PromotionReason] {
    let live = sets.live?.build
    var reasons = [try await newer()]
    guard let to = record.to, to.digest != live?.digest else {
      if record.to == nil {
        let candidate = try await surroundings.catalog.candidate(record.revision, live: live?.revision)
        return reasons + (try await gate(candidate))
      }
      return reasons + [
        PromotionReason(
          "live", ok: false, "the build of \(record.revision.prefix(12)) is live already", next: "quench status")
      ]
    }
    reasons.append(PromotionReason("live", ok: true, "another build is live"))
    switch record.kind {
    case .promotion:
      reasons.append(try await freeze())
      if let burnt = PromotionTrail(try await ledger.moves(service: record.service)).crossed(goingTo: to).last {
        reasons.append(
          PromotionReason(
            "no-way-back", ok: false,
            "the promotion of \(burnt.revision.prefix(12)) has no way back: \(burnt.options.noWayBack ?? "")",
            next: "quench rollback \(to.revision.prefix(12)) --force"))
      }
      reasons += try await gate(surroundings.catalog.candidate(record.revision, live: live?.revision))
    case .rollback:
      reasons += try await wayBack(to: to, live: live)
    }
    if reasons.allSatisfy(\.ok), await !isUp(to.digest, among: sets) {
      reasons.append(try await room(for: to, beside: sets.live))
    }
    return reasons
  }

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

  private func gate(_ candidate: PromotionCandidate) async throws -> [PromotionReason] {
    var candidate = candidate
    // What was asked for is what is decided upon, whatever was verified since.
    candidate.digest = record.digest
    candidate.promoter = record.actor
    return try await surroundings.gate.decide(candidate, policy: surroundings.catalog.configuration().gate)
  }

  /// What was live before needs no verdict, but its promotion must not have burnt a bridge.
  private func wayBack(to: PromotedBuild, live: PromotedBuild?) async throws -> [PromotionReason] {
    let moves = try await ledger.moves(service: record.service)
    guard moves.contains(where: { $0.digest == to.digest && $0.result == .promoted }) else {
      // To go where production never was is no way back.
      return [try await freeze()]
        + (try await gate(surroundings.catalog.candidate(record.revision, live: live?.revision)))
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
