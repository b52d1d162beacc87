import ArgumentParser
import Foundation
import QuenchDiagnostics
import QuenchInstances
import QuenchProcesses
import QuenchState
import SystemPackage

/// `quench logs`.
struct LogsCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "logs",
    abstract: "Show what an instance printed.",
    discussion:
      "Without an instance it lists those that have a log. An instance may be named by the beginning of its name.")

  @OptionGroup var global: GlobalOptions

  @Argument(help: "The instance.")
  var instance: String?

  @Flag(name: .shortAndLong, help: "Go on as the instance prints more.")
  var follow = false

  @Option(name: [.customShort("n"), .long], help: "How many of the last lines to show.")
  var lines = 100

  func perform(_ console: Console) async throws -> ExitStatus {
    let workspace = try await Workspace(global, console: console)
    let logs = InstanceLogs(state: workspace.state).all()
    guard let wanted = instance else {
      var table = Table("INSTANCE", "STATE", "LOG")
      for log in logs { table.add(log.id, log.isLive ? "live" : "removed", log.path.string) }
      for line in table.lines(console.style) { console.result(line) }
      return .passed
    }
    let matching = logs.filter { $0.id == wanted }.first.map { [$0] } ?? logs.filter { $0.id.hasPrefix(wanted) }
    guard let log = matching.first, matching.count == 1 else {
      throw UsageError(
        matching.isEmpty
          ? "no instance \(wanted) has a log" : "\(wanted) could be \(matching.map(\.id).joined(separator: ", "))",
        remedy: "quench logs")
    }
    for line in LogTail.lines(of: log.path, count: max(0, lines)) { console.result(line.printable) }
    if follow { try await self.follow(log, console) }
    return .passed
  }

  private func follow(_ log: InstanceLogs.Log, _ console: Console) async throws {
    let file = try FileDescriptor.open(log.path, .readOnly, options: [.closeOnExec])
    defer { try? file.close() }
    try file.seek(offset: 0, from: .end)
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
      if count > 0 {
        let text = String(decoding: buffer[..<count], as: UTF8.self).printable
        FileHandle.standardOutput.write(Data(text.utf8))
      } else if !log.isLive {
        return
      } else {
        // A file tells nobody that it grew without a watch of its own, which not every file system has.
        try await Task.sleep(for: .milliseconds(200))
      }
    }
  }
}

/// The logs of the instances in a state folder.
struct InstanceLogs {
  struct Log {
    var id: String
    var path: FilePath
    var isLive: Bool
  }

  var state: StateDirectory

  /// Live instances first, then removed ones, each by name.
  func all() -> [Log] {
    let live = names(in: state.instances).map {
      Log(id: $0, path: InstanceFolder(path: state.instances.appending($0)).log, isLive: true)
    }
    let removed = names(in: state.logs.appending("instances")).map {
      Log(id: $0, path: state.logs(ofInstance: $0).appending("service.log"), isLive: false)
    }
    return (live + removed).filter { FileManager.default.fileExists(atPath: $0.path.string) }
  }

  private func names(in folder: FilePath) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.string)) ?? []).sorted()
  }
}
