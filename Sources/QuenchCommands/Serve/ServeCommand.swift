import ArgumentParser
import Foundation
import QuenchBalancer
import QuenchConfiguration
import QuenchControl
import QuenchDiagnostics
import QuenchLedger
import QuenchManagers
import SystemPackage

/// `quench serve`.
struct ServeCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Look after production: the cold set, the hot set beside it, and the balancer in front.",
    discussion: """
      It takes up what an earlier quench serve left: finishes or undoes a promotion that was under way, and replaces \
      instances that ended. With nothing promoted yet, production answers 503 with Retry-After.

      TERM, INT or a crash only detach: instances and balancer go on, and the next quench serve takes them up. \
      quench down stops everything.

      Each event is a line on standard output: its time, what happened, to what, and details as name=value. What can \
      happen: deployed, healthy, unhealthy, instance-replaced, switched with from, to and reason, promoted, rolled-back, \
      reverted, refused, overridden, unsigned, unchanged, aborted, alert, frozen, unfrozen, started, stopped, restored, \
      instance-down, killed, certificate-loaded, certificate-refused, balancer-restarted, balancer-unreachable, \
      configuration-waits, configuration-unreadable, asked, denied, token-made, token-revoked, and what failed: \
      replacement-failed, realign-failed, resume-failed, left-behind. Scripts take --events json.

      EXAMPLES
        quench serve
        quench serve --metrics 127.0.0.1:9464 --events json

      EXIT STATUS
        0 detached, or taken down ·
        3 a listener's port is taken, or another quench serve is there
      """)

  /// How events are written.
  enum EventFormat: String, CaseIterable, ExpressibleByArgument { case text, json }

  @OptionGroup var global: GlobalOptions

  @Option(help: ArgumentHelp("Also answer GET /metrics, for Prometheus, at this address.", valueName: "host:port"))
  var metrics: String?

  @Option(help: "Whether events are lines for people or JSON objects.")
  var events: EventFormat = .text

  func validate() throws {
    if let metrics, address(metrics) == nil { throw ValidationError("--metrics takes host:port, not \(metrics).") }
  }

  func run() async throws {
    // A signal detaches: it is no interruption that has everything undone.
    let console = global.console
    do {
      throw ExitCode(try await perform(console).rawValue)
    } catch let code as ExitCode {
      throw code
    } catch {
      throw ExitCode(console.report(error).rawValue)
    }
  }

  func perform(_ console: Console) async throws -> ExitStatus {
    let workspace = try await Workspace(global, console: console)
    let engine = try await workspace.trafficEngine()
    try await workspace.checkCertificate(of: engine.balancer, console)
    let production = try await workspace.production(behind: engine.balancer)
    let right = try await production.own(reason: "quench serve")
    defer { withExtendedLifetime(right) {} }
    try await engine.prepare(onStop: { console.progress("stopped the \($0) balancer, which ran before") }) {
      try await production.open()
    }
    if await production.cold.isToServe { console.live("  taking up production") }
    let host = ProductionHost(
      production: production, balancer: engine.balancer, keeper: engine.keeper, ledger: workspace.ledger,
      socket: try ControlSocket(workspace.state, service: production.cold.service),
      metrics: metrics.flatMap(address).map { ($0.host, $0.port) }, remote: try workspace.remoteEndpoint(),
      supplies: WorkspaceSupplies(workspace: workspace, service: production.cold.service))
    let writer = EventWriter(format: events, console: console)
    let end = try await host.run(
      onReady: { status in
        let places = status.listeners.map {
          "\($0.trafficClass.rawValue) \($0.tls == nil ? "" : "https://")\($0.address)"
        }.joined(separator: ", ")
        let api = workspace.host?.api.map { ", asked from afar at https://\($0.listen.host):\($0.listen.port)" } ?? ""
        console.progress("serving \(production.cold.service): \(places)\(api); next: quench status")
      }, onEvent: { writer.write($0) })
    switch end {
    case .detached:
      console.progress("detached; production goes on. quench serve takes it up again, quench down stops it")
    case .takenDown: console.progress("taken down; quench serve starts production again")
    }
    return .passed
  }

  private func address(_ text: String) -> (host: String, port: Int)? {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (0...65535).contains(port)
    else { return nil }
    let host = text[..<colon].trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
    return host.isEmpty ? nil : (host, port)
  }
}

extension Workspace {
  /// Where this host's `api` has the control plane be asked from afar; nil where it has none.
  ///
  /// - Throws: `ConfigurationError`; `ControlError` when the certificate cannot be used.
  fileprivate func remoteEndpoint() throws -> RemoteEndpoint? {
    guard let file = host?.file, let api = try HostFile.api(of: file) else { return nil }
    return try RemoteEndpoint(api)
  }
}

extension RemoteEndpoint {
  /// Reads the files that a `quench.yml` names, by full paths.
  ///
  /// - Throws: `ControlError` for those that cannot be used.
  init(_ api: APIConfiguration) throws {
    try self.init(
      host: api.listen.host, port: api.listen.port, certificate: api.certificate, key: api.key,
      clients: api.clients?.authorities,
      certified: Set((api.clients?.can ?? []).compactMap { AccessScope(rawValue: $0) }))
  }
}
