import ArgumentParser
import Foundation
import QuenchConfiguration
import QuenchDiagnostics
import QuenchEvidence
import QuenchGit
import QuenchReports
import QuenchSuites
import QuenchVerification
import SystemPackage

/// `quench verify`.
struct VerifyCommand: QuenchSubcommand {
  static let configuration = ArgumentParser.CommandConfiguration(
    commandName: "verify",
    abstract:
      "Build a revision, start hot instances of it, run the suites against them, roll back, record the verdict.",
    discussion: """
      A revision is built from the commit, never from the working tree, by the `service` in the commit's own quench.yml. \
      What the suites are is read from this host's quench.yml, uncommitted edits included; the tests themselves come from \
      the commit too, unless a suite has `tests-from`.

      A build that the store already has is not made again. With a kept hot set it is rolled to the revision and back to \
      its baseline; without one, instances are started for the verification and stopped at its end.

      With a key in QUENCH_SIGNING_KEY (its path, or the PEM text itself) the verdict is signed and kept as a git note on \
      the commit: see quench help evidence. Without one it is not signed.

      In a range, a revision that was verified before with the same suites, recipe and toolchain is known and not \
      verified again; one whose quench.yml is wrong is an ERROR, and the others go on. When the time limit is reached, \
      what was not begun is listed and not verified.

      EXAMPLES
        quench verify                    HEAD, all suites
        quench verify v1.4 --suite api   one suite of a tag
        quench verify main~20..main      a range, newest first, without what is known
        quench verify --junit junit.xml --artifacts out/
        QUENCH_SIGNING_KEY=ci.pem quench verify

      EXIT STATUS
        0 passed · 1 failed · 2 inconclusive: time ran out, or no test ran ·
        3 could not build or start, or the service or a test process crashed ·
        64 wrong usage · 78 wrong quench.yml · 130 interrupted, everything stopped
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "What to verify: any revision git knows, or a range A..B.")
  var revision = "HEAD"

  @Option(help: ArgumentHelp("Run only this suite; may be given several times.", valueName: "name"))
  var suite: [String] = []

  @Option(
    name: .customLong("repeat"),
    help: ArgumentHelp("Run the suites this often and say which tests flake.", valueName: "n"))
  var repetitions = 1

  @Flag(help: "Run anew: build although the store has the build, and in a range verify what already has a verdict.")
  var again = false

  @Option(help: ArgumentHelp("Write the results as JUnit XML: to a file, a pipe or /dev/stdout.", valueName: "file"))
  var junit: String?

  @Option(
    help: ArgumentHelp("Collect the logs of build, suites and instances, JUnit and JSON in a folder.", valueName: "dir")
  )
  var artifacts: String?

  @Option(
    help: ArgumentHelp("Write the results as TAP 14: to a file, a pipe or /dev/stdout.", valueName: "file"))
  var tap: String?

  @OptionGroup var reporting: ReporterOptions

  @Option(
    help: ArgumentHelp("End by then, INCONCLUSIVE: 90s, 15m, 1h.", valueName: "duration"),
    transform: LengthOfTime.reading)
  var timeLimit: LengthOfTime?

  func validate() throws {
    if timeLimit?.duration == .zero { throw ValidationError("--time-limit takes a length of time, such as 15m.") }
    guard (1...1000).contains(repetitions) else { throw ValidationError("--repeat takes a number from 1 to 1000.") }
  }

  func perform(_ console: Console) async throws -> ExitStatus {
    let console = try reporting.console(console).leavingStandardOutput(to: [("--junit", junit), ("--tap", tap)])
    let workspace = try await Workspace(global, console: console)
    // A key that cannot be used is better found before everything is built.
    let attestor = try Attestor(workspace.repository)
    let revisions =
      isRange ? try await workspace.revisions(ofRange: revision) : [try await workspace.repository.resolve(revision)]
    if !isRange, try await workspace.repository.isDirty {
      console.progress(
        "the working tree has uncommitted changes: what is built and tested is the commit \(revisions[0].id.abbreviated), "
          + "by the suites that quench.yml has now")
    }
    var run = VerifyRun(
      command: self, workspace: workspace, console: console, limit: timeLimit.map { TimeLimit($0.duration) },
      attestor: attestor)
    try await run.verify(revisions)
    if attestor == nil {
      console.progress(
        "not signed, since QUENCH_SIGNING_KEY is not set; where it is: quench evidence sign "
          + (isRange ? "REV" : revisions[0].id.abbreviated))
    }
    let all = revisions.compactMap { run.verdicts[$0.id] }
    let left = revisions.filter { run.verdicts[$0.id] == nil }
    // What cannot be written down beside the verdict takes nothing from it, and is no silent loss either.
    var failures: [any Error] = run.failures
    do {
      if isRange {
        console.result(summary(of: all, notVerified: left.count))
        try console.document(
          VerdictsDocument(
            all.map { VerdictDocument($0.verdict, cached: $0.isKnown) }, notVerified: left.map(\.id.description)))
      } else {
        try console.document(VerdictDocument(all[0].verdict))
      }
    } catch {
      failures.append(error)
    }
    await reporting.jobReporter(console)?.tell(
      JobReport(
        revisions.compactMap { revision in run.verdicts[revision.id].map { ($0.verdict, revision.subject) } },
        notVerified: left.count), of: "verify")
    for failure in failures { console.complaint(about: failure) }
    return ExitStatus(
      Outcome.worst(
        of: all.map(\.verdict.result) + left.map { _ in .inconclusive } + failures.map { _ in .error }))
  }

  /// A range in one line: `12 revisions: 9 passed, 2 failed, 1 not verified (8 known before)`.
  private func summary(of all: [(verdict: Verdict, isKnown: Bool)], notVerified: Int) -> String {
    var parts = [Outcome.passed, .failed, .error, .inconclusive].compactMap { outcome in
      let count = all.count { $0.verdict.result == outcome }
      return count == 0 ? nil : "\(count) \(outcome.rawValue.lowercased())"
    }
    if notVerified > 0 { parts.append("\(notVerified) not verified") }
    let known = all.count(where: \.isKnown)
    return (all.count + notVerified).counting("revision") + ": " + parts.joined(separator: ", ")
      + (known > 0 ? " (\(known) known before)" : "")
  }

  /// Whether several revisions are asked for, even if it is one in the end.
  var isRange: Bool { revision.contains("..") }
}

extension ExitStatus {
  /// The status that a verdict's result ends a command with.
  init(_ outcome: Outcome) {
    switch outcome {
    case .passed: self = .passed
    case .failed: self = .failed
    case .inconclusive: self = .inconclusive
    case .error: self = .error
    }
  }
}
