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

  /// A console on which nothing but Quench itself steers the system that is told.
  func console(_ console: Console) -> Console { console.showing(in: named ?? console.system) }

  /// What tells the system; nil where nobody is to be told, or the system takes nothing but JUnit and the log.
  func jobReporter(_ console: Console) -> JobReporter? {
    guard reporter != .none, let system = named ?? console.system, [.github, .azure, .buildkite].contains(system)
    else { return nil }
    return JobReporter(system: system, console: console, environment: ProcessInfo.processInfo.environment)
  }

  private var named: CISystem? {
    switch reporter {
    case .auto, .none: nil
    case .github: .github
    case .azure: .azure
    case .buildkite: .buildkite
    }
  }
}
