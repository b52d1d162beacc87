/// The lines of Swift Testing's event stream, version 6.3 and later, whose version is a string such as `6.3.0`.
///
/// Against version 0, issues say whether they fail the test (`isFailure`) and how severe they are, warnings are issues
/// too, file paths have a stable key, and a test case's arguments are told only in the text of messages.
/// Source: swift-testing, Documentation/ABI/JSON.md.
enum EventStreamV6 {
  struct Line: Decodable {
    var kind: String
    var payload: Payload
  }

  struct Payload: Decodable {
    var kind: String
    var id: String?
    var testID: String?
    var instant: EventStreamV0.Instant?
    var issue: Issue?
    var messages: [EventStreamV0.Message]?
  }

  struct Issue: Decodable {
    var isKnown: Bool?
    var isFailure: Bool?
    var severity: String?
    var sourceLocation: SourceLocation?
  }

  struct SourceLocation: Decodable {
    var fileID: String?
    var filePath: String?
    var line: Int?
  }
}

extension EventStreamEvent {
  init?(_ line: EventStreamV6.Line) {
    let payload = line.payload
    guard
      let content = Content(
        line: line.kind, kind: payload.kind, id: payload.id,
        issue: payload.issue.map { issue in
          let isKnown = issue.isKnown ?? false
          return Issue(
            isKnown: isKnown, isFailure: issue.isFailure ?? (!isKnown && issue.severity != "warning"),
            file: issue.sourceLocation.flatMap { $0.filePath ?? $0.fileID }, line: issue.sourceLocation?.line)
        })
    else { return nil }
    self.init(
      content: content, testID: payload.testID, seconds: payload.instant?.absolute,
      messages: (payload.messages ?? []).map { Message(symbol: $0.symbol, text: $0.text) }, comments: [],
      arguments: nil)
  }
}
