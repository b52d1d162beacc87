import ArgumentParser
import Foundation
import QuenchDiagnostics
import QuenchEvidence

/// `quench`: the command that all others are subcommands of.
public struct QuenchCommand: AsyncParsableCommand {
  /// Name, summary and subcommands.
  public static let configuration = CommandConfiguration(
    commandName: "quench",
    abstract: "Test it hot. Ship it cold.",
    discussion: """
      Quench builds each git revision of a service, starts hot instances of that build, runs the XCTest, Swift Testing \
      and command suites against them, rolls the instances back, and records a verdict that is bound to the commit and \
      to the very bytes tested.

      FIRST STEPS
        quench init        write quench.yml from what the service's folder says
        quench doctor      check the machine
        quench verify      build, test and judge HEAD
        quench bisect      find the commit that broke a test

      WORDS
        revision    a git commit; branches and tags are resolved once
        recipe      how to build and run the service: `service` in quench.yml
        build       what a recipe makes of a revision, kept by its key and its digest
        instance    one running copy of a build, with its own port, data and log
        hot set     the instances that serve tests; kept after quench hot deploy
        cold set    the instances that serve production; moved by quench promote
        baseline    the revision and data that a kept hot set returns to after tests
        suite       a named set of tests: a Swift package's, or any command
        verdict     PASSED, FAILED, INCONCLUSIVE or ERROR for a revision's build
        evidence    signed verdicts, which travel with the repository as git notes

      EXIT STATUS
        0 passed, done · 1 failed · 2 inconclusive · 64 wrong usage ·
        3 could not build, start or reach something · 78 wrong quench.yml ·
        130 interrupted, and rolled back
      """,
    version: "0.1.0",
    groupedSubcommands: [
      CommandGroup(name: "Set up", subcommands: [InitCommand.self, DoctorCommand.self, KeysCommand.self]),
      CommandGroup(
        name: "Test",
        subcommands: [
          VerifyCommand.self, BisectCommand.self, HotCommand.self, LogsCommand.self, HistoryCommand.self,
          ReportCommand.self,
          EvidenceCommand.self, ApproveCommand.self,
        ]),
      CommandGroup(
        name: "Ship",
        subcommands: [
          ServeCommand.self, WhyCommand.self, PromoteCommand.self, RollbackCommand.self, StatusCommand.self,
          ColdCommand.self,
          FreezeCommand.self, UnfreezeCommand.self, DownCommand.self, TokenCommand.self, AuditCommand.self,
          BalancerCommand.self,
        ]),
      CommandGroup(name: "Keep", subcommands: [CostCommand.self, GarbageCollectionCommand.self]),
    ])

  /// Reads the process's arguments, runs the command they name, and ends the process with its status.
  public static func run() async {
    // A reader that went away is an error of writing; as a signal it would end this process before it has cleaned up.
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      // A command that was understood has written its own document.
      if !(error is ExitCode), exitCode(for: error).rawValue == ExitStatus.usage.rawValue {
        writeUsageDocument(for: error)
      }
      complainAndExit(error)
    }
  }

  /// Ends as the parser would, but speaks of an error as every command does.
  private static func complainAndExit(_ error: any Error) -> Never {
    let text = fullMessage(for: error)
    guard !exitCode(for: error).isSuccess, text.hasPrefix("Error: ") else { exit(withError: error) }
    let console = Console(format: .text, verbosity: .normal)
    console.complaint(console.errorStyle.red("error:") + text.dropFirst("Error:".count))
    exit(withError: exitCode(for: error))
  }

  /// With `--format json` a wrong command line is a document too, although its options could not be read.
  private static func writeUsageDocument(for error: any Error) {
    let words = CommandLine.arguments.prefix { $0 != "--" }
    let asksForJSON =
      words.contains("--format=json") || zip(words, words.dropFirst()).contains { $0 == "--format" && $1 == "json" }
    guard asksForJSON else { return }
    let problem = UsageError(message(for: error), remedy: "quench help \(words.dropFirst().first ?? "")")
    try? Console(format: .json, verbosity: .quiet).document(ErrorDocument(problem))
  }

  /// Makes the command without arguments, as the parser does.
  public init() {}
}
