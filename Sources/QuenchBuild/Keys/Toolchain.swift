import Crypto
import Foundation
import QuenchProcesses
import QuenchState
import SystemPackage

/// Finds out which compilers and tools a build command would use here.
struct Toolchain: Sendable {
  static let timeout: Duration = .seconds(20)
  static let keptLines = 3

  let state: StateDirectory
  let launcher: Launcher
  let denied: [FilePath]

  /// The tools of a command, each with its version.
  ///
  /// - Throws: `CancellationError` when the task is cancelled, `StateError` or `ProcessError` when nothing can be run.
  func tools(for command: String, environment: [String: String]) async throws -> [Tool] {
    let searchPath = ProcessEnvironment.allowed(temporaryDirectory: "/", adding: environment)["PATH"] ?? ""
    let programs = CommandWords(command, searchPath: searchPath).programs
    guard !programs.isEmpty else { return [] }
    let cache = ToolVersions(path: state.root.appending("toolchain.json"))
    let known = cache.read()
    var versions: [CommandWords.Program: ToolVersions.Entry] = [:]
    var asked: [ToolVersions.Entry] = []
    try await withThrowingTaskGroup(of: (CommandWords.Program, ToolVersions.Entry?).self) { group in
      for program in programs {
        let stamp = ToolVersions.Stamp(of: program.path)
        if let stamp, let entry = known.first(where: { $0.stamp == stamp && $0.isFresh }) {
          versions[program] = entry
          continue
        }
        group.addTask {
          let version = try await version(of: program, environment: environment)
          return (program, stamp.map { ToolVersions.Entry(stamp: $0, version: version, read: Date()) })
        }
      }
      for try await (program, entry) in group {
        guard let entry else { continue }
        versions[program] = entry
        asked.append(entry)
      }
    }
    if !asked.isEmpty { cache.add(asked) }
    return programs.compactMap { program in versions[program].map { Tool(name: program.name, version: $0.version) } }
  }

  /// What a program says to `--version`, in a folder of its own and confined; the hash of its bytes if it says nothing.
  private func version(of program: CommandWords.Program, environment: [String: String]) async throws -> String {
    let scratch = try TemporaryDirectory()
    defer { scratch.remove() }
    let launch = Launch(
      arguments: [program.path.string, "--version"],
      environment: ProcessEnvironment.allowed(temporaryDirectory: scratch.path, adding: environment),
      workingDirectory: scratch.path,
      confinement: Confinement(writable: [scratch.path], denied: state.protected + denied),
      grace: .seconds(1))
    let outcome = try await launcher.run(launch, log: "/dev/null", timeout: Self.timeout)
    let lines = outcome.lastLines.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    if outcome.isSuccess, !lines.isEmpty { return lines.prefix(Self.keptLines).joined(separator: "\n") }
    return try await DiskExecutor.run {
      do {
        var file = try HashingFile(program.path.withoutLinks ?? program.path)
        return "sha256:\(try file.finish().digest)"
      } catch let error as CancellationError {
        throw error
      } catch {
        // It can be run but not read.
        return "unknown"
      }
    }
  }
}
