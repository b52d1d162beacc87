import QuenchProcesses
import SystemPackage

/// A command that ends with status 0.
struct CommandProbe: HealthProbe {
  var launcher: Launcher
  var launch: Launch
  var log: FilePath

  func check(port: Int, timeout: Duration) async throws {
    let outcome = try await launcher.run(launch, log: log, timeout: timeout)
    guard !outcome.timedOut else { throw ProbeFailure(description: "the health command gave no answer in time") }
    guard outcome.isSuccess else {
      let line = outcome.lastLines.last.map { ": \($0)" } ?? ""
      throw ProbeFailure(description: "the health command ended with \(outcome.ending)\(line)")
    }
  }
}
