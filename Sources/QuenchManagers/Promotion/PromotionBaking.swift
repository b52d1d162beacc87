import Foundation
import QuenchInstances
import QuenchLedger

/// Watching a new set, and what comes of it when it does worse.
extension PromotionTransaction {
  /// Watches the new set until it was watched long enough or does worse than the one before.
  ///
  /// - Returns: what is worse, in figures; empty when nothing is.
  func bake(from step: PromotionStep) async throws -> [PromotionReason] {
    guard let to = record.to else { return [] }
    let routed = try await steps()[.routed]
    let before = Self.figures(named: "before", in: routed) ?? TrafficFigures()
    let mark = Self.figures(named: "mark", in: routed) ?? TrafficFigures()
    let end = step.began.addingTimeInterval(record.options.bakeSeconds)
    while true {
      if let complaint = await illness(of: to) { return [complaint] }
      // A balancer that does not answer says nothing about the build.
      if let now = try? await figures(of: to.digest) {
        let complaints = surroundings.criteria.complaints(before: before, now: now.since(mark))
        if !complaints.isEmpty { return complaints }
      }
      let left = end.timeIntervalSinceNow
      if left <= 0 { return [] }
      try await Task.sleep(for: .seconds(min(left, 0.25)))
    }
  }

  private func illness(of build: PromotedBuild) async -> PromotionReason? {
    let found = await cold.faults[build.digest] ?? 0
    guard found > 0 else { return nil }
    let count = await cold.sets.set(of: build.digest)?.instances.count ?? 0
    let words = await cold.down.sorted { $0.key < $1.key }.map { "\($0.key) is \($0.value)" }
    return PromotionReason(
      "bake-health", ok: false,
      "\(found) times one of \(count) instances of \(build.revision.prefix(12)) ended or was ill"
        + (words.isEmpty ? "" : ": \(words.joined(separator: ", "))"), next: "quench logs")
  }

  /// Why traffic must not go back, or cannot; nil when it can.
  ///
  /// - Parameter isAborted: whether somebody asks for it, who may also want nothing to be live.
  func obstacleToGoingBack(isAborted: Bool = false) async -> String? {
    if let reason = record.options.noWayBack, !surroundings.forced.contains(record.id) {
      return "the promotion has no way back: \(reason)"
    }
    guard let from = record.from else { return isAborted ? nil : "nothing was live before" }
    guard let set = await cold.sets.set(of: from.digest),
      await cold.group.health(of: set.instances).contains(.healthy)
    else { return "the set of \(from.revision.prefix(12)) is not up any more" }
    return nil
  }

  /// Has nothing else promoted, and somebody look.
  func alert(_ complaints: [PromotionReason], _ obstacle: String) async throws {
    let found = complaints.map(\.detail).joined(separator: "; ")
    try await ledger.freeze(
      service: record.service, actor: "bake of promotion \(record.id)", reason: "\(found); not routed back: \(obstacle)"
    )
    surroundings.announcer.announce(PromotionEvent(.alert("\(found); not routed back: \(obstacle)"), of: record))
    await cold.note(
      LedgerEvent(
        "alert", subject: "cold",
        detail: ["revision": .text(record.revision), "reason": .text(found), "obstacle": .text(obstacle)]))
  }
}
