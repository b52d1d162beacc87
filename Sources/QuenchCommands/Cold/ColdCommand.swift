import ArgumentParser
import QuenchControl
import QuenchDiagnostics
import QuenchManagers
import QuenchProcesses

/// `quench cold`.
struct ColdCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cold",
    abstract: "Deploy, start, stop, roll back or show the cold set, which serves production.",
    discussion: "deploy and rollback are quench promote and quench rollback under the names of quench hot.",
    subcommands: [
      ColdDeployCommand.self, ColdStartCommand.self, ColdStopCommand.self, ColdRollbackCommand.self,
      ColdStatusCommand.self,
    ])
}

/// `quench cold start`.
struct ColdStartCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "start", abstract: "Start the cold set again after quench cold stop.")

  @OptionGroup var global: GlobalOptions

  func perform(_ console: Console) async throws -> ExitStatus {
    let client = try await Workspace(global, console: console).controlClient()
    let count = try await client.startCold()
    console.result(count == 0 ? "nothing to do: all instances run" : "started \(count.counting("instance"))")
    try console.document(InstanceCount(instances: count))
    return .passed
  }
}

/// `quench cold stop`.
struct ColdStopCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "Drain and stop the cold set; its data stay.",
    discussion: "Production's traffic goes to the verified hot set, as far as hot.fallback lets it.")

  @OptionGroup var global: GlobalOptions

  @Option(
    help: ArgumentHelp("How long requests may go on before they are cut off.", valueName: "duration"),
    transform: LengthOfTime.reading)
  var drain = LengthOfTime(.seconds(30))

  func perform(_ console: Console) async throws -> ExitStatus {
    let client = try await Workspace(global, console: console).controlClient()
    let count = try await client.stopCold(StopOrder(actor: Actor.name, drainSeconds: drain.duration.seconds))
    console.result("stopped \(count.counting("instance"))")
    try console.document(InstanceCount(instances: count))
    return .passed
  }
}

/// `quench cold status`.
struct ColdStatusCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show the cold set's instances and how each is, asked now.",
    discussion: "Exit status 0 when all are healthy, 1 when one is not, 3 when nobody serves.")

  @OptionGroup var global: GlobalOptions

  func perform(_ console: Console) async throws -> ExitStatus {
    let status = try await Workspace(global, console: console).controlClient().status()
    StatusText(console: console).show(status, onlyCold: true)
    try console.document(status)
    let members = status.sets.cold.instances
    return !members.isEmpty && members.allSatisfy { $0.health == "healthy" } ? .passed : .failed
  }
}
