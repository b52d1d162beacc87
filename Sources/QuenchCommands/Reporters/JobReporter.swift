import Foundation
import QuenchDiagnostics
import QuenchProcesses
import QuenchReports
import QuenchState
import SystemPackage

/// Tells a job's CI system what a command came to.
///
/// What cannot be told is complained of, and takes nothing from the result.
struct JobReporter {
  let system: CISystem
  let console: Console
  let environment: [String: String]

  /// What a summary may have: GitHub and Buildkite take 1 MiB.
  private static let most = 1 << 20

  /// Tells it.
  ///
  /// - Parameter command: what was run, such as `verify`.
  func tell(_ report: JobReport, of command: String) async {
    switch system {
    case .github: tellGitHub(report)
    case .azure: await trying { try tellAzure(report, command) }
    case .buildkite: await trying { try await tellBuildkite(report, command) }
    // These read JUnit and the log.
    case .gitlab, .circleci, .jenkins: break
    }
  }

  private func trying(_ tell: () async throws -> Void) async {
    do { try await tell() } catch { complain(of: error) }
  }

  private func complain(of error: any Error) {
    console.complaint("\(system.rawValue) could not be told all: \(DiagnosticText.message(of: error))")
  }

  private func tellGitHub(_ report: JobReport) {
    for line in report.annotationsForGitHub { console.instruct(line) }
    // What later steps go by does not hang on what people read.
    append(to: "GITHUB_OUTPUT") { _ in report.outputsForGitHub }
    append(to: "GITHUB_STEP_SUMMARY") { report.markdown(limit: Self.most - $0) }
  }

  private func tellAzure(_ report: JobReport, _ command: String) throws {
    for line in report.annotationsForAzure { console.instruct(line) }
    let folder = environment["AGENT_TEMPDIRECTORY"].map { FilePath($0) } ?? FilePath(NSTemporaryDirectory())
    // The agent reads it after the step, and empties its folder after the job.
    let path = folder.appending("quench-\(command)-\(UUID().uuidString).md")
    try Data(report.markdown(limit: Self.most).utf8).write(to: URL(filePath: path.string))
    console.instruct(JobReport.summaryForAzure(path.string))
  }

  private func tellBuildkite(_ report: JobReport, _ command: String) async throws {
    let temporary = try TemporaryDirectory()
    defer { temporary.remove() }
    let text = temporary.path.appending("annotation.md")
    try Data(report.markdown(limit: Self.most).utf8).write(to: URL(filePath: text.string))
    let context = "quench-\(command)-\(environment["BUILDKITE_JOB_ID"] ?? "")"
    let script = #"exec buildkite-agent annotate --style "$1" --context "$2" <"$3""#
    let launch = Launch(
      arguments: ["/bin/sh", "-c", script, "sh", report.styleForBuildkite, context, text.string],
      // The agent has secrets of its own, and no use for Quench's.
      environment: environment.filter { !$0.key.hasPrefix("QUENCH_") }, workingDirectory: temporary.path)
    let outcome = try await Launcher.located().run(launch, log: "/dev/null", timeout: .seconds(60))
    if !outcome.isSuccess {
      console.complaint("buildkite-agent annotate: \(outcome.ending)" + LogTail.quoted(outcome.lastLines.suffix(3)))
    }
  }

  /// Appends to a file that the job's steps share.
  ///
  /// - Parameters:
  ///   - variable: what names it; where it names none there is nothing to do.
  ///   - text: what to append, by how much there is in the file already.
  private func append(to variable: String, _ text: (Int) -> String) {
    guard let path = environment[variable], !path.isEmpty else { return }
    do {
      let file = try FileDescriptor.open(
        FilePath(path), .writeOnly, options: [.create, .append, .closeOnExec], permissions: [.ownerReadWrite])
      _ = try file.closeAfter { try file.writeAll(text(Int(try file.seek(offset: 0, from: .end))).utf8) }
    } catch {
      complain(of: error)
    }
  }
}
