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
    do {
      switch system {
      case .github: try tellGitHub(report)
      case .azure: try tellAzure(report, command)
      case .buildkite: try await tellBuildkite(report, command)
      // These read JUnit and the log.
      case .gitlab, .circleci, .jenkins: break
      }
    } catch {
      console.complaint("\(system.rawValue) could not be told all: \(DiagnosticText.message(of: error))")
    }
  }

  private func tellGitHub(_ report: JobReport) throws {
    for line in report.annotationsForGitHub { console.instruct(line) }
    if let path = environment["GITHUB_STEP_SUMMARY"], !path.isEmpty {
      try append(to: path) { report.markdown(limit: Self.most - $0) }
    }
    if let path = environment["GITHUB_OUTPUT"], !path.isEmpty {
      try append(to: path) { _ in report.outputsForGitHub }
    }
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
      environment: environment, workingDirectory: temporary.path)
    let outcome = try await Launcher.located().run(launch, log: "/dev/null", timeout: .seconds(60))
    if !outcome.isSuccess {
      console.complaint("buildkite-agent annotate: \(outcome.ending)" + LogTail.quoted(outcome.lastLines.suffix(3)))
    }
  }

  /// Appends to a file that the job's steps share.
  ///
  /// - Parameter text: what to append, by how much there is in the file already.
  private func append(to path: String, _ text: (Int) -> String) throws {
    let file = try FileDescriptor.open(
      FilePath(path), .writeOnly, options: [.create, .append, .closeOnExec], permissions: [.ownerReadWrite])
    _ = try file.closeAfter { try file.writeAll(text(Int(try file.seek(offset: 0, from: .end))).utf8) }
  }
}
