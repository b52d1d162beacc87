import QuenchDiagnostics
import QuenchLedger
import QuenchManagers
import QuenchReports

extension JobReport {
  /// The report on a promotion or a rollback.
  init(_ document: PromotionDocument, subject: String) {
    let result = document.result?.rawValue ?? document.state.rawValue
    let traffic = document.totalRequests.map {
      "\($0.counting("request")) meanwhile, \(document.failedRequests ?? 0) failed"
    }
    let override = document.override.map { "Promoted against the gate, because: \($0)" }
    self.init(
      result, tone: document.result == .promoted ? (override == nil ? .good : .doubt) : .bad, of: subject,
      [traffic, override].compactMap(\.self).joined(separator: ". "), document.reasons.map(Reason.init),
      outputs: [
        ("promotion", String(document.id)), ("from", document.from ?? ""), ("to", document.to),
        ("digest", document.digest ?? ""),
      ])
  }
}

extension JobReport.Reason {
  /// A reason as jobs are told it.
  init(_ reason: PromotionReason) {
    self.init(rule: reason.rule, isMet: reason.ok, detail: reason.detail, next: reason.next)
  }
}
