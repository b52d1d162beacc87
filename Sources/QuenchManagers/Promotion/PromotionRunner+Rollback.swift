import Foundation
import QuenchConfiguration
import QuenchLedger

extension PromotionRunner {
  /// Moves production back, and returns when all is over.
  ///
  /// A promotion under way is aborted first, which may be all that there is to do.
  ///
  /// - Parameter onRequest: given the rollback as it was written down, before it is begun; before that the promotion that
  ///   is aborted for it.
  /// - Returns: what the journal has of it. When production is there already nothing is changed, which its reasons say.
  /// - Throws: `ManagerError` with code `nothing-earlier`; what the catalog throws; `LedgerError`.
  public func rollback(
    _ request: RollbackRequest, onRequest: @Sendable (PromotionRecord) -> Void = { _ in }
  ) async throws -> PromotionRecord {
    asked += 1
    defer { asked -= 1 }
    var aborted: PromotionRecord?
    if let running {
      if running.record.kind == .promotion {
        if let refusal = try await refusal(toAbort: running.record, for: request) { return refusal }
        if request.isForced { surroundings.forced.insert(running.record.id) }
        aborted = try await abort(reason: "rolled back by \(request.actor)", onFound: onRequest)
      } else {
        _ = try? await running.task.value
      }
    }
    let live = await cold.sets.live?.build
    if let aborted, aborted.result == .reverted || aborted.result == .refused, request.revision == nil {
      return try await nothingToDo(
        request, live: live, "the promotion of \(aborted.revision.prefix(12)) was aborted", rule: Self.abortRule)
    }
    let revision: String, digest: String?
    switch try await target(of: request) {
    case .here:
      return try await nothingToDo(
        request, live: live,
        request.revision == nil
          ? "production was rolled back already; --further goes one more back" : "that is live already", rule: "live")
    case .nothingEarlier:
      throw ManagerError(
        .nothingEarlier, "nothing was live before what is live now", remedy: "quench history --production")
    case .build(let build):
      (revision, digest) = (build.revision, build.digest)
    case .neverLive(let unknown):
      revision = unknown
      digest = try await surroundings.catalog.candidate(unknown, live: live?.revision).digest
    }
    let record = try await record(of: request, revision: revision, digest: digest, live: live)
    onRequest(record)
    surroundings.announcer.announce(PromotionEvent(.requested, of: record))
    return try await run(record)
  }

  /// Where a rollback would go, as things are now.
  ///
  /// - Throws: `LedgerError`.
  public func target(of request: RollbackRequest) async throws -> RollbackTarget {
    PromotionTrail(try await ledger.moves(service: surroundings.service)).target(
      revision: request.revision, goesFurther: request.goesFurther, live: await cold.sets.live?.build)
  }

  private func record(
    of request: RollbackRequest, revision: String, digest: String?, live: PromotedBuild?
  ) async throws -> PromotionRecord {
    let cold = try await surroundings.catalog.standingConfiguration().cold
    return try await register(
      .rollback, from: live, revision: revision, digest: digest,
      options: PromotionOptions(
        instances: cold.instances, retain: cold.retain, bakeSeconds: 0, isForced: request.isForced),
      actor: request.actor)
  }

  /// A rollback for which there is nothing to do: production is where it is to be.
  private func nothingToDo(
    _ request: RollbackRequest, live: PromotedBuild?, _ why: String, rule: String
  ) async throws -> PromotionRecord {
    let record = try await record(of: request, revision: live?.revision ?? "", digest: live?.digest, live: live)
    let now = live.map { "production is on \($0.revision.prefix(12))" } ?? "nothing is live"
    let ended = try await ledger.conclude(
      record.id, as: .promoted, reasons: [PromotionReason(rule, ok: true, "\(why): nothing was changed; \(now)")])
    await surroundings.conclude(ended)
    return ended
  }

  /// Why a promotion must not be aborted for a rollback; nil when it may.
  private func refusal(
    toAbort record: PromotionRecord, for request: RollbackRequest
  ) async throws -> PromotionRecord? {
    guard let reason = record.options.noWayBack, !request.isForced,
      try await ledger.promotion(record.id)?.isRouted == true
    else { return nil }
    let live = await cold.sets.live?.build
    let refused = try await self.record(
      of: request, revision: request.revision ?? record.from?.revision ?? "", digest: record.from?.digest, live: live)
    let ended = try await ledger.conclude(
      refused.id, as: .refused,
      reasons: [
        PromotionReason(
          "no-way-back", ok: false,
          "the promotion of \(record.revision.prefix(12)), which is under way, has no way back: \(reason)",
          next: "quench rollback --force")
      ])
    await surroundings.conclude(ended)
    return ended
  }
}
