import ArgumentParser
import Foundation
import QuenchBalancer
import QuenchDiagnostics
import SystemPackage

/// `quench balancer`, the process that carries the traffic of `quench serve` and outlives it.
struct BalancerCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "balancer", abstract: "Balance, driven over a Unix socket.", shouldDisplay: false)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "The socket it is driven over.")
  var socket: String

  @Option(help: ArgumentHelp("How many threads carry traffic.", valueName: "count"))
  var eventLoops = 1

  @Option(help: ArgumentHelp("The file that gets a line of JSON for each request.", valueName: "file"))
  var accessLog: String?

  func validate() throws {
    if !(1...256).contains(eventLoops) { throw ValidationError("--event-loops takes 1 to 256.") }
  }

  func perform(_ console: Console) async throws -> ExitStatus {
    let folder = FilePath(FileManager.default.currentDirectoryPath)
    try await EmbeddedBalancer.run(
      socket: folder.pushing(FilePath(socket)), accessLog: accessLog.map { folder.pushing(FilePath($0)) },
      eventLoops: eventLoops)
    return .passed
  }
}
