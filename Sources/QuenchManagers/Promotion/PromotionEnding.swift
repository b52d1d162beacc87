import QuenchLedger

extension PromotionSurroundings {
  /// Tells everybody that a promotion or rollback is over, and writes down who asked for it and what it came to.
  func conclude(_ ended: PromotionRecord) async {
    guard let result = ended.result else { return }
    announcer.announce(PromotionEvent(.concluded(result, ended.reasons), of: ended))
    let kind =
      switch (result, ended.kind) {
      case (.promoted, .promotion): "promoted"
      case (.promoted, .rollback): ended.isRouted ? "rolled-back" : "unchanged"
      case (.reverted, _): "reverted"
      case (.refused, _): "refused"
      }
    var detail: [String: EventDetail] = [
      "revision": .text(ended.revision), "from": .text(ended.from?.revision ?? "nothing"),
      "actor": .text(ended.actor),
    ]
    if let reason = ended.reasons.last(where: \.refuses) { detail["reason"] = .text(reason.detail) }
    var override = ended.override
    if ended.kind == .rollback, let digest = ended.digest {
      override = try? await cold.ledger.promotion(of: digest, service: ended.service)?.override
    }
    if let override { detail["override"] = .text(override) }
    await cold.note(LedgerEvent(kind, subject: "cold", detail: detail))
  }
}
