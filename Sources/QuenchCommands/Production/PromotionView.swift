import QuenchControl
import QuenchDiagnostics
import QuenchLedger
import QuenchManagers

/// A promotion or rollback for people: its steps as they are taken, then what it came to and why.
struct PromotionView {
  let console: Console

  /// Shows what happens.
  func show(_ progress: PromotionProgress) {
    switch progress.kind {
    case .waiting: console.progress("waiting for \(progress.text ?? "another promotion")")
    case .began: console.live("  \(progress.state?.rawValue ?? "") …")
    case .ended:
      console.progress(
        "  \((progress.state?.rawValue ?? "").padded(to: 9)) \((progress.seconds ?? 0).asSeconds)")
    case .alert: console.complaint(console.errorStyle.red("alert: ") + (progress.text ?? "").printable)
    case .concluded: console.live("")
    }
  }

  /// Shows what it came to.
  func conclude(_ document: PromotionDocument) throws -> ExitStatus {
    let style = console.style
    for reason in document.reasons where !reason.ok || console.verbosity == .verbose || document.result == .promoted {
      // What holds is told only where somebody asks, or where it is all there is to tell.
      guard !reason.ok || console.verbosity == .verbose || document.steps.isEmpty else { continue }
      console.result("  \(reason.ok ? style.green("✓") : style.red("✗")) \(reason.rule)  \(reason.detail.printable)")
      if let next = reason.next { console.result(style.dim("    next: \(next)")) }
    }
    let word = document.result?.rawValue ?? document.state.rawValue
    let coloured = document.result == .promoted ? style.green(word) : style.red(word)
    let from = document.from.map { ", before that on \($0.prefix(7))" } ?? ""
    let traffic = document.totalRequests.map { total in
      "; \(total.counting("request")) meanwhile, \(document.failedRequests ?? 0) failed"
    }
    console.result("\(coloured)  production is on \(place(document))\(from)\(traffic ?? "")")
    try console.document(document)
    return document.result == .promoted ? .passed : .failed
  }

  private func place(_ document: PromotionDocument) -> String {
    let revision = document.result == .promoted ? document.to : document.from
    return revision.flatMap { $0.isEmpty ? nil : String($0.prefix(7)) } ?? "nothing"
  }
}
