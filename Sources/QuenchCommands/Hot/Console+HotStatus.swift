import Foundation
import QuenchDiagnostics
import QuenchInstances
import QuenchManagers

extension Console {
  /// Says that an instance takes its time, and why, as far as it answers.
  func show(_ event: DeploymentEvent) {
    guard case .waiting(let delay) = event else { return }
    progress(
      "  waiting   for \(delay.instance) to be healthy, \(delay.waited.components.seconds) s of at most "
        + "\(delay.limit.components.seconds) s: \(delay.answer.printable)")
  }

  /// Says what was done to the hot set.
  func show(_ move: HotMove) {
    let to = move.to.prefix(7)
    switch move.kind {
    case .started where move.from == move.to: result("the hot set is on \(to) anew")
    case .started: result("the hot set is on \(to)" + (move.from.map { ", before that on \($0.prefix(7))" } ?? ""))
    case .restored: result("the hot set is on \(to) already; its files and data are as they first were")
    case .switched: result("the hot set is back on \(to), before that on \((move.from ?? "").prefix(7))")
    case .unchanged: result("nothing to do: the hot set is on \(to) already")
    }
    for line in move.leftBehind { progress(line) }
  }

  /// Shows the hot set as it was when it was asked.
  func show(_ status: HotStatus?, move: HotMove? = nil) throws {
    guard let status else { return }
    var table = Table("INSTANCE", "REVISION", "HEALTH", "ADDRESS")
    for member in status.members { table.add(row(member, note: nil)) }
    for earlier in status.retained {
      let note = earlier.isReady ? "retained" : "retained, not ready to take over at once"
      for member in earlier.members { table.add(row(member, note: note)) }
    }
    for line in table.lines(style) { result(line) }
    try document(HotStatusDocument(status, move: move))
  }

  private func row(_ member: HotStatus.Member, note: String?) -> [String] {
    let health = note.map { "\(member.health.description) (\($0))" } ?? member.health.description
    return [member.instance.id, String(member.instance.revision.prefix(7)), health.printable, member.instance.baseURL]
  }
}
