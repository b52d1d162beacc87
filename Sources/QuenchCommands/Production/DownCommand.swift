import ArgumentParser
import Foundation
import QuenchBalancer
import QuenchControl
import QuenchDiagnostics
import QuenchManagers
import QuenchProcesses

/// `quench down`.
struct DownCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "down", abstract: "Drain and stop everything that quench serve started, quench serve itself last.",
    discussion: """
      Data stay, and so does what is promoted: the next quench serve starts it again. The hot set goes with the cold \
      one; where production does not run, it is left alone.
      """)

  @OptionGroup var global: GlobalOptions

  func perform(_ console: Console) async throws -> ExitStatus {
    let workspace = try await Workspace(global, console: console)
    let client = try await workspace.controlClient()
    console.live("  draining")
    let engine = try await workspace.trafficEngine()
    let production = try await workspace.production(behind: engine.balancer)
    let count: Int
    var what = " and the balancer"
    if let right = try await seize(production, from: client, console: console) {
      defer { withExtendedLifetime(right) {} }
      try await production.cold.adopt()
      let running = try await production.runningInstances(), hasBalancer = await engine.isRunning
      guard hasBalancer || running.cold > 0 else {
        // What instances that are gone have left, such as a database of theirs.
        await production.cold.shutDown()
        let rest = running.hot > 0 ? "; the hot set goes on, and quench hot stop ends it" : ""
        console.result("nothing to stop: production does not run" + rest)
        try console.document(InstanceCount(instances: 0))
        return .passed
      }
      if !hasBalancer { what = "; no balancer ran" }
      count = running.cold + running.hot
      try await production.shutDown { try await engine.stop() }
    } else {
      count = try await client.takeDown()
      // It holds its right to the very end.
      _ = try await production.cold.waitToOwn(reason: "waiting for quench serve to end")
    }
    console.result("stopped \(count.counting("instance"))\(what)")
    try console.document(InstanceCount(instances: count))
    return .passed
  }

  /// How long somebody who has the right to production may take to answer.
  private static let patience: Duration = .seconds(60)

  /// The right to take production down; nil when a `quench serve` has it that can do so itself.
  ///
  /// One that is only starting, or ending, is waited for.
  private func seize(
    _ production: Production, from client: ControlClient, console: Console
  ) async throws -> SetLock? {
    let end = ContinuousClock.now + Self.patience
    while true {
      do {
        return try await production.own(reason: "quench down")
      } catch let error as ManagerError where error.code == .owned {
        if await client.isServing { return nil }
        guard ContinuousClock.now < end else { throw error }
        console.live("  waiting: \(error.message)")
        // Neither a lock nor a socket that is to come tells of itself.
        try await Task.sleep(for: .milliseconds(50))
      }
    }
  }
}
