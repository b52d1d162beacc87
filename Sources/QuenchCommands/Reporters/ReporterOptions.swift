import ArgumentParser
import Foundation
import QuenchReports

/// How a job's CI system is told what a command came to.
struct ReporterOptions: ParsableArguments {
  /// Whom to tell.
  enum Reporter: String, CaseIterable, ExpressibleByArgument {
    /// The system that the environment shows.
    case auto
    /// Nobody.
    case none
    /// GitHub Actions: annotations, the job's summary, and the step's outputs.
    case github
    /// Azure Pipelines: issues, a summary, and output variables.
    case azure
    /// Buildkite: an annotation of the build, by its agent.
    case buildkite
  }

  @Option(
    help: ArgumentHelp(
      "Whom to tell of results besides: auto is the CI system that it runs in, by annotations and a summary.",
      valueName: "system"))
  var reporter: Reporter = .auto

  /// What tells it; nil where nobody is to be told.
  func jobReporter(_ console: Console) -> JobReporter? {
    let system: CISystem? =
      switch reporter {
      case .auto: console.system
      case .none: nil
      case .github: .github
      case .azure: .azure
      case .buildkite: .buildkite
      }
    return system.map { JobReporter(system: $0, console: console, environment: ProcessInfo.processInfo.environment) }
  }
}
