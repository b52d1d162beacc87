import QuenchProcesses
import SystemPackage

/// Runs a bundle's Swift Testing tests in a process of their own, and reads its event stream.
struct SwiftTestingPass {
  /// Status of a run in which no test was chosen (`EX_UNAVAILABLE`).
  static let statusNoTests: Int32 = 69

  /// Which tests are run, and how.
  struct Choice {
    var filters: [String] = []
    var skips: [String] = []
    var isSerial = false

    var arguments: [String] {
      filters.flatMap { ["--filter", $0] } + skips.flatMap { ["--skip", $0] } + (isSerial ? ["--no-parallel"] : [])
    }
  }

  /// What became of one process.
  struct Stream {
    var pass: TestProcessPass
    /// The tests it left unfinished, by their whole identity.
    var unfinished: [String]
    /// How it ended before its run did; nil when the run came to its end, or time ran out.
    var cutOff: String?
  }

  let process: TestProcessLauncher

  /// The whole identity of every test function of the bundle.
  ///
  /// - Throws: `SuiteError` with code `list-failed`.
  func list(timeout: Duration?) async throws -> [String] {
    let (file, launch) = try start(["--list-tests"], part: "list") { _ in }
    let outcome = try await process.launcher.run(launch, log: process.run.log("list.log"), timeout: timeout)
    await file.readOn()
    guard outcome.isSuccess, await file.reader.unreadableLines == 0 else {
      throw SuiteError(
        .listFailed, "\(process.executable) could not list its tests of Swift Testing (\(outcome.ending))",
        remedy: "\(process.executable) --testing-library swift-testing --list-tests")
    }
    return await file.reader.functions
  }

  /// Runs the chosen tests.
  func run(_ choice: Choice, part: String, timeout: Duration?, progress: ProgressCounter?) async throws -> Stream {
    let (file, launch) = try start(choice.arguments, part: part) { progress?.tell($0) }
    let fatalError = FatalErrorLine()
    let log = process.run.log("\(part).log")
    let outcome = try await withThrowingTaskGroup(of: CommandOutcome?.self) { group in
      group.addTask {
        await file.follow()
        return nil
      }
      group.addTask {
        try await process.launcher.run(launch, log: log, timeout: timeout) { fatalError.see($0) }
      }
      defer { group.cancelAll() }
      while let outcome = try await group.next() {
        if let outcome { return outcome }
      }
      throw CancellationError()
    }
    let ending = XCTestReport.Ending(
      process: outcome.ending, timedOut: outcome.timedOut, fatalError: fatalError.text)
    return await stream(file, ending)
  }

  private func start(
    _ arguments: [String], part: String, onUpdate: @escaping @Sendable (TestUpdate) -> Void
  ) throws -> (EventStreamFile, Launch) {
    let (folder, confinement) = try process.run.exchange(part)
    let path = folder.appending("events.jsonl")
    let file = try EventStreamFile(at: path, package: process.package, onUpdate: onUpdate)
    let stream = ["--event-stream-output-path", path.string, "--event-stream-version", "0"]
    let launch = process.launch(
      ["--testing-library", "swift-testing"] + stream + arguments, confinement: confinement)
    return (file, launch)
  }

  private func stream(_ file: EventStreamFile, _ ending: XCTestReport.Ending) async -> Stream {
    var pass = TestProcessPass(timedOut: ending.timedOut)
    let end = XCTestReport.words(for: ending, "the process")
    pass.tests = await file.finish(
      unfinished: ending.timedOut ? .timedOut : .crashed,
      message: ending.timedOut ? "time ran out" : "\(end) while it was running")
    // What issues said is kept without secrets; the stream may hold some.
    if !process.run.secrets.isEmpty { await file.remove() }
    let reader = await file.reader
    pass.neverStarted = reader.neverStarted.count
    if await file.isTooLong { pass.faults.append("Swift Testing's event stream is longer than is read") }
    if reader.unreadableLines > 0 {
      pass.faults.append("\(reader.unreadableLines) lines of Swift Testing's event stream could not be read")
    }
    var stream = Stream(pass: pass, unfinished: reader.unfinished)
    if ending.timedOut { return stream }
    if !reader.sawRunEnded {
      let words = XCTestReport.words(for: ending, "Swift Testing's process")
      stream.cutOff = "\(words) before the end of its run"
      return stream
    }
    if !reader.unfinished.isEmpty || !reader.neverStarted.isEmpty {
      let count = reader.unfinished.count + reader.neverStarted.count
      stream.pass.faults.append("Swift Testing ended its run without a result for \(count) tests")
    }
    let hasFailed = pass.tests.contains { $0.result == .failed }
    switch ending.process {
    case .exited(0) where !hasFailed: break
    case .exited(1) where hasFailed: break
    case .exited(Self.statusNoTests) where pass.tests.isEmpty && reader.functions.isEmpty: break
    default:
      let words = XCTestReport.words(for: ending, "Swift Testing's process")
      stream.pass.faults.append("\(words), which its tests' results do not explain")
    }
    return stream
  }
}
