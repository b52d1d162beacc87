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
    discussion: "Data stay, and so does what is promoted: the next quench serve starts it again.")

  @OptionGroup var global: GlobalOptions

  func perform(_ console: Console) async throws -> ExitStatus {
    let workspace = try await Workspace(global, console: console)
    let client = try await workspace.controlClient()
    console.live("  draining")
    let engine = try await workspace.trafficEngine()
    let production = try await workspace.production(behind: engine.balancer)
    let count: Int
    if await client.isServing {
      count = try await client.takeDown()
      // It holds its right to the very end.
      _ = try await production.cold.waitToOwn(reason: "waiting for quench serve to end")
    } else {
      let right = try await production.own(reason: "quench down")
      defer { withExtendedLifetime(right) {} }
      try await production.cold.adopt()
      count = try await production.runningInstances()
      try await production.shutDown { try await engine.stop() }
    }
    console.result("stopped \(count.counting("instance")) and the balancer")
    try console.document(InstanceCount(instances: count))
    return .passed
  }
}
