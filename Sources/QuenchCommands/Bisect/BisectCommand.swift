import ArgumentParser
import Foundation
import QuenchBisect
import QuenchDiagnostics
import QuenchGit
import QuenchProcesses
import QuenchReports
import QuenchVerification

/// `quench bisect`.
struct BisectCommand: QuenchSubcommand {
  static let configuration = ArgumentParser.CommandConfiguration(
    commandName: "bisect",
    abstract: "Find the commit that broke a test, a suite or a command.",
    discussion: """
      Between a good and a bad revision, Quench verifies those that tell most: each is built, started and tested as by \
      quench verify, and its verdict is recorded. Every test that fails at the bad end is searched for in one go, and each \
      has its own culprit. What was verified before is not run again, so a search that was cut off goes on where it was.

      A test is taken for deterministic, and is searched for as git bisect does, until two runs of one revision disagree; \
      from then on, or with --flaky, how often it errs is learnt from its runs, and the search goes on until it is sure \
      enough. Revisions that cannot be built or started are gone around; where the bad end is one of them, it is the \
      commit that keeps it from it that is searched for.

      The tests are those of the bad end at all revisions, so that a test that is new there can be searched for; tests that \
      are built with the service's own code are each revision's.

      With a command behind `--`, that is run at the root of a checkout of each revision, and says by its exit status what \
      git bisect run takes it for: 0 is good, 125 cannot be tested, 1 to 127 is bad, and more ends the search. It needs no \
      quench.yml. The checkout is Quench's own and no git repository; what a run leaves there beside the revision's files is \
      there at the next one. The command is confined as a build is, and has PATH, HOME and QUENCH_REVISION, not all of your \
      environment. A script that is not committed is given by its absolute path. Its runs are known by the command's words \
      and by what is in such scripts; --again runs all anew.

      A flaky test's culprit, and with --confirm any, is run again in turn with its parents, and the bad end without its \
      change.

      EXAMPLES
        quench bisect --good v1.4        every test that fails at HEAD
        quench bisect --good v1.4 --bad main --test 'Orders/total()'
        quench bisect                    back from HEAD to where they passed
        quench bisect --good main~50 --suite api --flaky
        quench bisect --good v1.4 -- make test

      EXIT STATUS
        0 found ·
        1 there is nothing to find: the bad end passes, or a good end fails ·
        2 not found: what is left cannot be tested, runs or time ran out, or
          runs to confirm it disagreed ·
        3 it could not go on, as when the command ends with 128 or more ·
        64 wrong usage · 78 wrong quench.yml ·
        130 interrupted, everything stopped
      """)

  @OptionGroup var global: GlobalOptions

  @Option(help: ArgumentHelp("A revision at which it works; may be given several times.", valueName: "rev"))
  var good: [String] = []

  @Option(help: ArgumentHelp("The revision at which it is broken.", valueName: "rev"))
  var bad = "HEAD"

  @Option(help: ArgumentHelp("Run only this suite; may be given several times.", valueName: "name"))
  var suite: [String] = []

  @Option(help: ArgumentHelp("Search only for what broke this test; may be given several times.", valueName: "id"))
  var test: [String] = []

  @Option(
    help: ArgumentHelp("Where the tests come from: a revision, or `revision` for each one's own.", valueName: "rev"))
  var testsFrom: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Look only among commits that changed something there; paths count from the root of the repository.",
      valueName: "path"))
  var paths: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Take commits that changed something there for eight times as likely to be to blame.", valueName: "path"))
  var suspect: [String] = []

  @Flag(help: "Follow only first parents: a merge answers for all that it brought.")
  var firstParent = false

  @Flag(help: "Run anew what earlier searches and verifications have run.")
  var again = false

  @Flag(help: "Take the tests for flaky from the beginning.")
  var flaky = false

  @Option(help: ArgumentHelp("How sure the culprit of a flaky test is to be, below 1.", valueName: "share"))
  var confidence = 0.99

  @Flag(help: "Run the culprit and its parents again, in turn, at the end.")
  var confirm = false

  @Option(help: ArgumentHelp("How many revisions are tried at the same time.", valueName: "n"))
  var jobs = 1

  @Option(help: ArgumentHelp("End after so many runs.", valueName: "n"))
  var maxRuns: Int?

  @Option(help: ArgumentHelp("What a good revision is called in the log.", valueName: "word"))
  var termOld = "good"

  @Option(help: ArgumentHelp("What a bad revision is called in the log.", valueName: "word"))
  var termNew = "bad"

  @Option(
    help: ArgumentHelp(
      "Write the search as a log for git bisect replay; of several tests, the first.", valueName: "file"))
  var log: String?

  @Option(help: ArgumentHelp("Write a page with the graph and how the search went.", valueName: "file"))
  var html: String?

  @OptionGroup var reporting: ReporterOptions

  @Option(
    help: ArgumentHelp("End by then; the same command goes on later: 90s, 15m, 1h.", valueName: "duration"),
    transform: LengthOfTime.reading)
  var timeLimit: LengthOfTime?

  @Argument(parsing: .postTerminator, help: ArgumentHelp("A command to run instead of suites.", valueName: "cmd"))
  var command: [String] = []

  func validate() throws {
    guard confidence > 0.5, confidence < 1 else {
      throw ValidationError("--confidence takes a share between 0.5 and 1, such as 0.99.")
    }
    guard (1...64).contains(jobs) else { throw ValidationError("--jobs takes a number from 1 to 64.") }
    if let maxRuns, maxRuns < 1 { throw ValidationError("--max-runs takes a number of at least 1.") }
    if timeLimit?.duration == .zero { throw ValidationError("--time-limit takes a length of time, such as 15m.") }
    if !command.isEmpty, !suite.isEmpty || !test.isEmpty || testsFrom != nil {
      throw ValidationError("--suite, --test and --tests-from are for suites, not for a command behind `--`.")
    }
    let terms = [termOld, termNew]
    guard terms.allSatisfy({ $0.wholeMatch(of: #/[A-Za-z][A-Za-z0-9-]*/#) != nil }), termOld != termNew else {
      throw ValidationError("--term-old and --term-new take two different words of letters, digits and hyphens.")
    }
    let own: Set = ["help", "start", "skip", "next", "reset", "visualize", "view", "replay", "log", "run", "terms"]
    guard own.isDisjoint(with: terms), !["bad", "new"].contains(termOld), !["good", "old"].contains(termNew) else {
      throw ValidationError("--term-old and --term-new take words that git bisect does not use in another sense.")
    }
  }

  func perform(_ console: Console) async throws -> ExitStatus {
    let start = ContinuousClock.now
    let console = try reporting.console(console).leavingStandardOutput(to: [("--html", html)])
    let file = html.map { ResultFile($0) }
    try file?.check()
    let workspace = try await Workspace(global, console: console, needsFile: command.isEmpty)
    let repository = workspace.repository
    let bad = try await repository.resolve(bad)
    let limit = timeLimit.map { TimeLimit($0.duration) }
    // What several do at the same time cannot be read.
    let words = jobs == 1 || global.verbose ? console : Console(format: console.format, verbosity: .quiet)
    let trial: any RevisionTrial =
      if command.isEmpty {
        try await SuiteTrial(self, workspace: workspace, bad: bad, limit: limit, console: words)
      } else {
        try await CommandTrial(command, workspace: workspace, limit: limit, console: words)
      }
    var runner = TrialRunner(
      trial: trial, repository: repository, console: console, limit: limit, most: maxRuns, isAnew: again)
    var goods: [Revision] = []
    for name in good { goods.append(try await repository.resolve(name)) }
    for good in goods { runner.ends[good.id.description] = .good }
    runner.ends[bad.id.description] = .bad
    // A verdict says what it was reached with; a command's run does not.
    runner.trustsVerdicts = command.isEmpty
    if goods.isEmpty { goods = [try await GoodEnd(bad: bad, tests: test, repository: repository).find(&runner)] }
    let question = try await BisectQuestion(
      bad: bad, goods: goods, names: (self.bad, good), isFirstParent: firstParent, paths: paths, in: repository)
    console.progress(
      "\(console.errorStyle.bold("bisect")) \(question.space.count.counting("commit")) from "
        + "\(goods.map(\.id.abbreviated).joined(separator: ", ")) to \(bad.id.abbreviated)")
    let suspects =
      suspect.isEmpty
      ? [] : try await repository.changing(suspect, among: question.space.candidates.compactMap { ObjectID($0) })
    var search = BisectSearch(
      command: self, question: question, suspects: suspects.map(\.description), runner: runner, console: console)
    try await search.run()
    let answer = BisectAnswer(search, seconds: (ContinuousClock.now - start).seconds)
    try await answer.show(console, in: repository)
    let document = try await answer.document(in: repository)
    try console.document(document)
    return try await tell(answer, to: file, in: repository, console) ? answer.exitStatus : .error
  }

  /// Writes the page and tells the CI system, where that is asked for; says whether all went well.
  ///
  /// What cannot be written down beside the answer takes nothing from it, and is no silent loss either.
  private func tell(
    _ answer: BisectAnswer, to file: ResultFile?, in repository: Repository, _ console: Console
  ) async throws -> Bool {
    let reporter = reporting.jobReporter(console)
    guard file != nil || reporter != nil else { return true }
    do {
      let page = try await answer.page(in: repository)
      await reporter?.tell(JobReport(page), of: "bisect")
      try await file?.write(Data(page.html().utf8))
      return true
    } catch let error as any Diagnostic {
      console.complaint(about: error)
      return false
    }
  }
}
