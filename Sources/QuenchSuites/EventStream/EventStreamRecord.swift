import SystemPackage

/// What an event stream has told of one test so far.
struct EventStreamRecord: Sendable {
  private struct Failure {
    var text: String
    var arguments: String?
    var file: String?
    var line: Int?
  }

  private enum State {
    case quiet
    case running
    case skipped
    case ended(failed: Bool)
  }

  static let keptIssues = 10

  var cases = 0
  private var state = State.quiet
  private var began: Double?
  private var duration: Double?
  private var failures: [Failure] = []
  private var failureCount = 0
  private var knownIssues: [String] = []
  private var isCancelled = false
  private var skipReason: String?

  var isUnfinished: Bool {
    if case .running = state { true } else { false }
  }
  var hasFailed: Bool { failureCount > 0 }

  mutating func begin(_ event: EventStreamEvent) {
    state = .running
    began = event.seconds
  }

  mutating func add(_ issue: EventStreamEvent.Issue, _ event: EventStreamEvent) {
    let text = event.messages.map(\.text).joined(separator: "\n")
    if issue.isKnown {
      if knownIssues.count < Self.keptIssues { knownIssues.append(text) }
    } else if issue.isFailure {
      failureCount += 1
      guard failures.count < Self.keptIssues else { return }
      failures.append(Failure(text: text, arguments: event.arguments, file: issue.file, line: issue.line))
    }
  }

  mutating func cancel(_ event: EventStreamEvent) {
    isCancelled = true
    skipReason = event.comments.first
  }

  mutating func skip(_ event: EventStreamEvent) {
    state = .skipped
    skipReason = event.comments.first ?? event.messages.first.flatMap { Self.quoted($0.text) }
  }

  mutating func end(_ event: EventStreamEvent) {
    let symbols = event.messages.map(\.symbol)
    state = .ended(failed: symbols.contains("fail"))
    if symbols.contains("skip") {
      isCancelled = true
      skipReason = skipReason ?? event.messages.first.flatMap { Self.quoted($0.text) }
    }
    if let began, let end = event.seconds { duration = max(0, end - began) }
  }

  func result(
    id: String, isSuite: Bool, unfinished: TestResult.Result, message: String?, package: FilePath?
  ) -> TestResult {
    var result = TestResult(id: id, framework: .swiftTesting, result: .passed, durationSeconds: duration)
    switch state {
    case _ where hasFailed:
      result.result = .failed
      result.message = failureText
      result.file = failures.first?.file.map { SourcePath.relative($0, to: package) }
      result.line = failures.first?.line
      if isUnfinished, let message { result.message?.append("\n\(message)") }
    case .running:
      result.result = unfinished
      result.message = message
    case .ended(failed: true):
      result.result = .failed
      result.message = "failed without saying why"
    case .skipped:
      result.result = .skipped
      result.message = skipReason
    case .quiet, .ended(failed: false):
      if isCancelled {
        result.result = .skipped
        result.message = skipReason ?? "cancelled"
      } else if !knownIssues.isEmpty {
        result.result = .knownIssue
        result.message = BoundedText.joined(knownIssues)
      }
    }
    return result
  }

  private var failureText: String {
    var lines = failures.map { failure in
      failure.arguments.map { "with \($0): \(failure.text)" } ?? failure.text
    }
    if failureCount > failures.count { lines.append("… and \(failureCount - failures.count) more issues") }
    if cases > 1 {
      let failing = Set(failures.compactMap(\.arguments)).count
      lines.insert(
        failing > 0 && failureCount == failures.count
          ? "\(failing) of \(cases) cases failed" : "\(failureCount) issues in \(cases) cases", at: 0)
    }
    return BoundedText.joined(lines)
  }

  /// What stands in quotes at the end of a message: `Test f() skipped: "not now"`.
  private static func quoted(_ text: String) -> String? {
    guard let open = text.firstRange(of: ": \""), text.last == "\"" else { return nil }
    let end = text.index(before: text.endIndex)
    return open.upperBound <= end ? String(text[open.upperBound..<end]) : nil
  }
}
