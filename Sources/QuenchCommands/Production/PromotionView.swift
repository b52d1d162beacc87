import QuenchControl
import QuenchDiagnostics
import QuenchLedger
import QuenchManagers

/// A promotion or rollback for people: its steps as they are taken, then what it came to and why.
struct PromotionView {
  let console: Console

  /// Shows what happens.
  func show(_ progress: PromotionEventDocument) {
    switch progress.event {
    case .requested: break
    case .waiting:
      let wayOut = "quench promote --abort \(progress.promotion) gives it up"
      console.progress("waiting for \((progress.detail ?? "another promotion").printableLine); \(wayOut)")
    case .began: console.live("  \(progress.step?.rawValue ?? "") …")
    case .ended:
      console.progress(
        "  \((progress.step?.rawValue ?? "").padded(to: 9)) \((progress.seconds ?? 0).asSeconds)")
    case .alert: console.complaint(console.errorStyle.red("alert: ") + (progress.detail ?? "").printable)
    case .concluded: console.live("")
    }
  }

  /// Shows what it came to.
  func conclude(_ document: PromotionDocument) throws -> ExitStatus {
    let style = console.style
    for reason in document.reasons where !reason.ok || console.verbosity == .verbose || document.result == .promoted {
      // What holds is told only where somebody asks, or where it is all there is to tell.
      guard !reason.ok || console.verbosity == .verbose || document.steps.isEmpty else { continue }
      let mark = reason.ok ? style.green("✓") : reason.isOverridden ? style.yellow("!") : style.red("✗")
      console.result("  \(mark) \(reason.rule)  \(reason.detail.printable)")
      if let next = reason.next { console.result(style.dim("    next: \(next.printableLine)")) }
    }
    let word = word(for: document)
    let coloured = document.result == .promoted ? style.green(word) : style.red(word)
    let traffic = document.totalRequests.map { total in
      let errors = document.serverErrors ?? 0
      return "; \(total.counting("request")) meanwhile, \(document.failedRequests ?? 0) failed"
        + (errors > 0 ? ", \(errors) answered by the service with an error" : "")
    }
    console.result("\(coloured)  \(outcome(document))\(traffic ?? "")")
    if let override = document.override {
      console.result(style.red("OVERRIDDEN") + "  by \(document.actor.printableLine): \(override.printableLine)")
    }
    let hasBakedBadly =
      document.result == .promoted && document.reasons.contains { !$0.ok && $0.rule.hasPrefix("bake-") }
    if hasBakedBadly {
      console.result(
        style.red("frozen") + "  the new set does worse, and has no way back by itself; "
          + "next: quench rollback --force, or quench unfreeze")
    }
    try console.document(document)
    return document.result == .promoted && !hasBakedBadly ? .passed : .failed
  }

  private func word(for document: PromotionDocument) -> String {
    guard document.result == .promoted else { return document.result?.rawValue ?? document.state.rawValue }
    if document.steps.isEmpty { return "UNCHANGED" }
    return document.kind == PromotionRecord.Kind.rollback.rawValue ? "ROLLED BACK" : PromotionResult.promoted.rawValue
  }

  /// A revision as it is shown; `nothing` for none.
  static func short(_ revision: String?) -> String {
    revision.flatMap { $0.isEmpty ? nil : String($0.prefix(7)) } ?? "nothing"
  }

  private func outcome(_ document: PromotionDocument) -> String {
    switch document.result {
    case .promoted where document.from == document.to || document.from == nil:
      "production is on \(Self.short(document.to))"
    case .promoted: "production is on \(Self.short(document.to)), before that on \(Self.short(document.from))"
    case .reverted: "production is back on \(Self.short(document.from))"
    case .refused, nil: "production stays on \(Self.short(document.from))"
    }
  }
}
