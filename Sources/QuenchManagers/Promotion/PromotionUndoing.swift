import Foundation
import QuenchDiagnostics
import QuenchInstances
import QuenchLedger

/// Undoing a promotion.
extension PromotionTransaction {
  /// Ends a promotion that cannot go on, to the end although its task was cancelled: undoes it, or finishes it in spite of
  /// what went wrong when traffic cannot go back any more.
  ///
  /// - Throws: `LedgerError`; what telling the balancer throws, when it could not be told for a long time. Whoever comes
  ///   next then goes on.
  func end(because error: any Error) async throws -> PromotionRecord {
    try await Task.detached {
      let reasons = try await reasons(for: error)
      let steps = try await steps()
      if steps[.routed]?.ended != nil, steps[.reverted] == nil,
        let obstacle = await obstacleToGoingBack(isAborted: error is CancellationError)
      {
        try await ledger.note(reasons, of: record.id)
        try await alert(reasons.filter { !$0.ok }, obstacle)
        var onward = self
        onward.isResumed = true
        return try await onward.finish(withoutBaking: obstacle)
      }
      let hasBegun = steps.keys.contains { [.started, .healthy, .routed, .reverted].contains($0) }
      if hasBegun { try await undo(steps, reasons) }
      let ended = try await ledger.conclude(record.id, as: hasBegun ? .reverted : .refused, reasons: reasons)
      await surroundings.conclude(ended)
      return ended
    }.value
  }

  /// What was looked at, and what went wrong.
  private func reasons(for error: any Error) async throws -> [PromotionReason] {
    let known = try await ledger.promotion(record.id)?.reasons ?? []
    switch error {
    case let failure as PromotionFailure:
      return known.filter { !failure.reasons.contains($0) } + failure.reasons
    case is CancellationError:
      return known + [PromotionReason("aborted", ok: false, "it was aborted")]
    default:
      let step = try await ledger.steps(of: record.id).last { $0.ended == nil }?.name ?? record.state
      return known + [
        PromotionReason(
          step.rawValue, ok: false, DiagnosticText.message(of: error),
          next: (error as? any Diagnostic)?.remedy ?? "quench logs")
      ]
    }
  }

  /// Has traffic go where it went before, and what was started stopped.
  private func undo(_ steps: [PromotionState: PromotionStep], _ reasons: [PromotionReason]) async throws {
    try await ledger.note(reasons, of: record.id)
    let step = try await ledger.begin(.reverted, of: record.id, deadline: Date().addingTimeInterval(120))
    if step.ended != nil { return }
    surroundings.announcer.announce(PromotionEvent(.began(.reverted), of: record))
    Failpoint.before.pass(.reverted)
    if steps[.routed] != nil { try await routeBack() }
    if let started = steps[.started] { try await stop(started) }
    Failpoint.after.pass(.reverted)
    try await ledger.finish(
      .reverted, of: record.id, detail: try Self.detail(of: try? await cold.publisher.totals(), named: "totals"))
  }

  /// For how long a balancer that carries traffic but does not take its new routes is asked again.
  private static var patience: TimeInterval { 60 }

  /// Has traffic go where it went before; while it may still go to the new set, this does not return.
  private func routeBack() async throws {
    guard let to = record.to else { return }
    let why = "\(reason) is undone"
    let end = Date().addingTimeInterval(Self.patience)
    var isNoted = false
    while true {
      do {
        try await tellBack(from: to, why)
        break
      } catch let error as LedgerError {
        throw error
      } catch {
        if !isNoted {
          await cold.note(
            LedgerEvent(
              "balancer-unreachable", subject: "cold", detail: ["reason": .text(DiagnosticText.message(of: error))]))
          isNoted = true
        }
        if await cold.publisher.isGone() {
          // Where there is no balancer no traffic is either; it is told when it is back.
          try await cold.change { if $0.live?.build.digest == to.digest { try $0.makeLive(record.from?.digest) } }
          break
        }
        guard Date() < end else { throw error }
        try await Task.sleep(for: .milliseconds(500))
      }
    }
    let instances = await cold.sets.set(of: to.digest)?.instances.map(\.id) ?? []
    let deadline = Date().addingTimeInterval(await surroundings.drain.inSeconds)
    _ = try? await cold.publisher.waitUntilDrained(instances, deadline: deadline)
  }

  private func tellBack(from to: PromotedBuild, _ why: String) async throws {
    if await cold.sets.live?.build.digest == to.digest {
      try await cold.route(to: record.from?.digest, reason: why) { set in
        try await ledger.saveSet(set, durability: .full)
      }
    } else {
      try await cold.publish(reason: why)
    }
  }

  /// Stops the set that was started.
  private func stop(_ started: PromotionStep) async throws {
    if let to = record.to { try await cold.stop(to.digest, reason: "\(reason) is undone") }
    if case .text(let name)? = started.detail["name"] { await cold.discard(name) }
  }
}
