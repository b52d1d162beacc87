/// The lines of Swift Testing's event stream, version 0.
///
/// The shape is that of `--event-stream-version 0` of Swift 6.0 to 6.3, whose version 1 writes the very same lines. Keys
/// that begin with an underscore are experimental there and may be missing; unknown ones are ignored.
/// Source: swift-testing, Documentation/ABI/JSON.md.
enum EventStreamV0 {
  struct Line: Decodable {
    var kind: String
    var payload: Payload
  }

  /// A test's description (`id`, `name`) or an event (`testID`, `messages`), told apart by the line's kind.
  struct Payload: Decodable {
    var kind: String
    var id: String?
    var testID: String?
    var instant: Instant?
    var issue: Issue?
    var messages: [Message]?
    var comments: [String]?
    var testCase: TestCase?

    enum CodingKeys: String, CodingKey {
      case kind, id, testID, instant, issue, messages
      case comments = "_comments"
      case testCase = "_testCase"
    }
  }

  struct Instant: Decodable {
    /// Seconds of a monotonic clock.
    var absolute: Double
  }

  struct Issue: Decodable {
    var isKnown: Bool
    var sourceLocation: SourceLocation?
  }

  struct SourceLocation: Decodable {
    var fileID: String?
    var filePath: String?
    var line: Int?

    enum CodingKeys: String, CodingKey {
      case fileID, line
      case filePath = "_filePath"
    }
  }

  struct Message: Decodable {
    var symbol: String
    var text: String
  }

  struct TestCase: Decodable {
    /// The arguments, as text.
    var displayName: String?
  }
}

extension EventStreamEvent {
  init?(_ line: EventStreamV0.Line) {
    let payload = line.payload
    guard
      let content = Content(
        line: line.kind, kind: payload.kind, id: payload.id,
        issue: payload.issue.map { issue in
          Issue(
            isKnown: issue.isKnown, isFailure: !issue.isKnown,
            file: issue.sourceLocation.flatMap { $0.filePath ?? $0.fileID }, line: issue.sourceLocation?.line)
        })
    else { return nil }
    self.init(
      content: content, testID: payload.testID, seconds: payload.instant?.absolute,
      messages: (payload.messages ?? []).map { Message(symbol: $0.symbol, text: $0.text) },
      comments: payload.comments ?? [], arguments: payload.testCase?.displayName)
  }
}
