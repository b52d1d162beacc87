import ArgumentParser
import QuenchDiagnostics
import QuenchGit
import QuenchLedger
import QuenchManagers
import QuenchReports

/// `quench why`.
struct WhyCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "why",
    abstract: "Say what quench promote would decide about a revision, item by item, and what to run next.",
    discussion: """
      Nothing is started or moved. The policy is that of `gate` in this host's quench.yml, as it is now.

      EXAMPLES
        quench why main
        quench why v1.4 --format json | jq '.reasons[] | select(.ok | not)'

      EXIT STATUS
        0 it would be promoted · 1 it would be refused ·
        3 something cannot be read, such as a key · 64 unknown revision
      """)

  static let onlyLooks = true

  @OptionGroup var global: GlobalOptions

  @Argument(help: "Any revision git knows.")
  var revision = "HEAD"

  @OptionGroup var reporting: ReporterOptions

  func perform(_ console: Console) async throws -> ExitStatus {
    let console = reporting.console(console)
    let workspace = try await Workspace(global, console: console)
    let target = try await workspace.repository.resolve(revision)
    let production = try await workspace.production(behind: try await workspace.trafficEngine().balancer)
    let decision = try await production.decide(target.id.description, actor: Actor.name)
    let allowed = decision.reasons.allSatisfy(\.ok), style = console.style
    console.result("\(style.bold(target.id.abbreviated))  \(target.subject.printable.cut(to: 60))")
    for reason in decision.reasons {
      console.result("  \(reason.ok ? style.green("✓") : style.red("✗")) \(reason.rule)  \(reason.detail.printable)")
      if let next = reason.next, !reason.ok { console.result(style.dim("    next: \(next)")) }
    }
    let digest = decision.digest.map { "  sha256:\($0.prefix(12))" } ?? ""
    console.result((allowed ? style.green("may be promoted") : style.red("would be refused")) + digest)
    try console.document(
      Document(
        revision: target.id.description, digest: decision.digest, allowed: allowed, reasons: decision.reasons))
    await reporting.jobReporter(console)?.tell(
      JobReport(
        allowed ? "MAY BE PROMOTED" : "WOULD BE REFUSED", tone: allowed ? .good : .bad,
        of: "\(target.id.abbreviated) \(target.subject.cut(to: 100))", nil, decision.reasons.map(JobReport.Reason.init),
        outputs: [("allowed", String(allowed)), ("digest", decision.digest ?? "")]), of: "why")
    return allowed ? .passed : .failed
  }

  /// The wire form, `quench.decision/v1`.
  private struct Document: Encodable {
    var schema = "quench.decision/v1"
    var revision: String
    var digest: String?
    var allowed: Bool
    var reasons: [PromotionReason]

    private enum CodingKeys: String, CodingKey { case schema, revision, digest, allowed, reasons }

    /// Writes every key.
    func encode(to encoder: any Encoder) throws {
      var keys = encoder.container(keyedBy: CodingKeys.self)
      try keys.encode(schema, forKey: .schema)
      try keys.encode(revision, forKey: .revision)
      try keys.encode(digest, forKey: .digest)
      try keys.encode(allowed, forKey: .allowed)
      try keys.encode(reasons, forKey: .reasons)
    }
  }
}
