import ArgumentParser
import QuenchControl
import QuenchDiagnostics
import QuenchLedger
import QuenchManagers

/// `quench status`.
struct StatusCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show both sets, the traffic, and the promotion under way.",
    discussion: """
      Exit status 0 when a quench serve looks after production and what is promoted was served, 3 when none does or it \
      is still starting.
      """)

  static let onlyLooks = true

  @OptionGroup var global: GlobalOptions

  @OptionGroup(title: "Another Host") var remote: RemoteOptions

  @Flag(help: "Show it again and again until Ctrl-C; with --format json once.")
  var watch = false

  func perform(_ console: Console) async throws -> ExitStatus {
    let client = try await Workspace(global, console: console).controlClient(remote)
    var isReady = false
    repeat {
      let status = try await client.status()
      isReady = status.ready
      if watch, console.style.isColoured { console.text("\u{1B}[H\u{1B}[2J") }
      StatusText(console: console).show(status)
      try console.document(status)
      if watch { try? await Task.sleep(for: .seconds(1)) }
    } while watch && console.format == .text && !console.isReaderGone && !Task.isCancelled
    return isReady ? .passed : .error
  }
}

/// How production is, for people.
struct StatusText {
  let console: Console

  /// Shows everything, or all but what the hot set alone is about.
  func show(_ status: StatusDocument, onlyCold: Bool = false) {
    let style = console.style
    var table = Table("SET", "INSTANCE", "REVISION", "HEALTH", "ADDRESS")
    for (name, group) in [("cold", status.sets.cold)] + (onlyCold ? [] : [("hot", status.sets.hot)]) {
      if group.instances.isEmpty { table.add(name, style.dim("none"), "", "", "") }
      for member in group.instances { add(member, of: name, to: &table) }
      for earlier in group.retained {
        for member in earlier.instances { add(member, of: "\(name), retained", to: &table) }
      }
    }
    for line in table.lines(style) { console.result(line) }
    if let balancer = status.balancer {
      for listener in balancer.listeners where !onlyCold || listener.class == "production" {
        console.result(
          "\(listener.class)  \(listener.address)\(listener.tls == true ? " (TLS)" : "")  "
            + (listener.serving.map { "served by \($0)" } ?? style.red("served by nobody")))
      }
      console.result(
        "\(balancer.engine)  \(balancer.requests.counting("request")), \(balancer.failed) failed, "
          + "\(balancer.switches) \(balancer.switches == 1 ? "switch" : "switches")")
    } else {
      console.result(style.red("the balancer does not answer"))
    }
    if let promotion = status.promotion {
      let step = promotion.steps.last.flatMap { $0.seconds == nil ? $0.name : nil }
      show(promotion, step.map { "on its way to \($0)" } ?? promotion.state.rawValue)
    }
    for promotion in status.waiting { show(promotion, "waits") }
    if !status.ready { console.result(style.yellow("starting") + ": what is promoted is not served yet") }
    if let override = status.override {
      console.result(
        style.red("OVERRIDDEN") + "  what is live was refused (\(override.rules.joined(separator: ", "))) and promoted "
          + "all the same by \(override.actor.printableLine), \(override.requested.ago()): \(override.reason.printableLine)"
      )
    }
    if let freeze = status.freeze {
      console.result(style.yellow("frozen") + " by \(freeze.actor.printableLine): \(freeze.reason.printableLine)")
    }
  }

  private func show(_ promotion: PromotionDocument, _ state: String) {
    console.result("\(promotion.kind) \(promotion.id) to \(promotion.to.prefix(7)): \(state)")
  }

  private func add(_ member: StatusDocument.Member, of set: String, to table: inout Table) {
    table.add(set, member.id, String(member.revision.prefix(7)), member.health, "127.0.0.1:\(member.port)")
  }
}
