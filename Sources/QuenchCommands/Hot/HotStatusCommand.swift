import ArgumentParser
import Foundation
import QuenchDiagnostics
import QuenchInstances
import QuenchManagers
import QuenchProcesses

/// `quench hot status`.
struct HotStatusCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show the hot set's instances and how each is, asked now.",
    discussion: "Exit status 0 when all are healthy, 1 when one is not, 3 when there is no kept hot set.")

  @OptionGroup var global: GlobalOptions

  func perform(_ console: Console) async throws -> ExitStatus {
    let workspace = try await Workspace(global, console: console)
    guard let status = try await workspace.manager().status() else { throw HotpointManager.noSet }
    try await console.showHotStatus(workspace)
    return status.isHealthy ? .passed : .failed
  }
}

/// `quench hot start`.
struct HotStartCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "start",
    abstract: "Start those instances of the hot set, and of what it retains, that do not run, with the data they have.")

  @OptionGroup var global: GlobalOptions

  func perform(_ console: Console) async throws -> ExitStatus {
    let workspace = try await Workspace(global, console: console)
    let count = try await workspace.manager().start { console.progress("waiting for \($0)") }
    console.result(count == 0 ? "nothing to do: all instances run" : "started \(count.counting("instance"))")
    try await console.showHotStatus(workspace)
    return .passed
  }
}

/// `quench hot stop`.
struct HotStopCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "Stop the hot set's instances; their data stay.")

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Remove the instances with their data, so that no hot set is kept any more.")
  var remove = false

  func perform(_ console: Console) async throws -> ExitStatus {
    let workspace = try await Workspace(global, console: console)
    let count = try await workspace.manager().stop(removing: remove) { console.progress("waiting for \($0)") }
    console.result("\(remove ? "removed" : "stopped") \(count.counting("instance"))")
    if !remove {
      try await console.showHotStatus(workspace)
    } else {
      try console.document(HotStatusDocument(nil).encoded())
    }
    return .passed
  }
}

/// The wire form of the hot set's state, `quench.hot/v1`.
struct HotStatusDocument: Encodable {
  struct Member: Encodable {
    var id: String
    var state: String
    var health: String
    var revision: String
    var port: Int
    var pid: Int32?
    var since: Date
    var url: String

    init(_ member: HotStatus.Member) {
      let instance = member.instance
      let process = try? LaunchedProcess(adopting: instance.folder.processRecord)
      id = instance.id
      state = process?.isRunning == true ? "running" : "stopped"
      health = member.health.word
      revision = instance.revision
      port = instance.port
      pid = process?.isRunning == true ? process?.process.pid : nil
      since = instance.since
      url = instance.baseURL
    }
  }

  struct Retained: Encodable {
    var revision: String
    var digest: String
    var instances: [Member]
    var since: Date
    var ready: Bool
  }

  var schema = "quench.hot/v1"
  var revision: String?
  var digest: String?
  var baseline: String?
  var instances: [Member]
  var retained: [Retained]
  var move: String?
  var from: String?

  init(_ status: HotStatus?, move: HotMove? = nil) {
    revision = status?.revision
    digest = status?.digest
    baseline = status?.baseline
    instances = (status?.members ?? []).map(Member.init)
    retained = (status?.retained ?? []).map {
      Retained(
        revision: $0.revision, digest: $0.digest, instances: $0.members.map(Member.init), since: $0.since,
        ready: $0.isReady)
    }
    self.move = move?.kind.rawValue
    from = move?.from
  }

  func encoded() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    return try encoder.encode(self)
  }
}

extension Console {
  /// Shows the hot set as it is now.
  func showHotStatus(_ workspace: Workspace, move: HotMove? = nil) async throws {
    guard let status = try await workspace.manager().status() else { return }
    var table = Table("INSTANCE", "REVISION", "HEALTH", "ADDRESS")
    for member in status.members { table.add(row(member, note: nil)) }
    for earlier in status.retained {
      for member in earlier.members { table.add(row(member, note: "retained")) }
    }
    for line in table.lines(style) { result(line) }
    try document(HotStatusDocument(status, move: move).encoded())
    if move != nil { await workspace.startReadyingRetained(of: status) }
  }

  private func row(_ member: HotStatus.Member, note: String?) -> [String] {
    let health = note.map { "\(member.health.description) (\($0))" } ?? member.health.description
    return [member.instance.id, String(member.instance.revision.prefix(7)), health.printable, member.instance.baseURL]
  }
}
