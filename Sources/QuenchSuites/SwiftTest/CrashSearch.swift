/// Names the test that ended a process in which several were running.
///
/// Swift Testing runs tests side by side, so that after a crash every one that had started is unfinished. They are run
/// once more, one after the other: the one that is running when the process ends again is the one to blame.
struct CrashSearch {
  /// How many unfinished tests are worth another run.
  static let limit = 500
  /// How long that run may take.
  static let timeout = Duration.seconds(120)

  let pass: SwiftTestingPass

  /// The results of the stream, with the blame put where it belongs.
  func results(of stream: SwiftTestingPass.Stream, deadline: Deadline) async throws -> [TestResult] {
    guard stream.cutOff != nil, (2...Self.limit).contains(stream.unfinished.count), !deadline.hasPassed else {
      return stream.pass.tests
    }
    let again = try await pass.run(
      SwiftTestingPass.Choice(filters: SwiftTestingPatterns.matching(stream.unfinished), isSerial: true),
      part: "swift-testing-again", timeout: min(deadline.remaining ?? Self.timeout, Self.timeout), progress: nil)
    let second = Dictionary(again.pass.tests.map { ($0.id, $0) }) { first, _ in first }
    let guilty = again.pass.tests.filter { $0.result == .crashed }
    return stream.pass.tests.map { test in
      guard test.result == .crashed else { return test }
      return Self.blame(test, second[test.id], guilty: guilty.count == 1 ? guilty.first : nil)
    }
  }

  private static func blame(_ test: TestResult, _ second: TestResult?, guilty: TestResult?) -> TestResult {
    var test = test
    guard let guilty else {
      test.message?.append("; run again one by one, no test ended the process")
      return test
    }
    if test.id == guilty.id {
      test.message = guilty.message
    } else if let second, [.passed, .skipped, .knownIssue].contains(second.result) {
      test = second
      test.message = [second.message, "from a second run, since \(guilty.id) ended the first one's process"]
        .compactMap { $0 }.joined(separator: "\n")
    } else {
      test.message = "did not finish, since \(guilty.id) ended the process"
    }
    return test
  }
}
