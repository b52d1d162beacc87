import Foundation

/// What one line of an event stream says, whatever version it was written in.
struct EventStreamEvent: Equatable {
  enum Content: Equatable {
    /// A test function exists and is to run.
    case function(id: String)
    /// A suite exists; suites have results only when something goes wrong with them.
    case suite(id: String)
    case runStarted
    case testStarted
    case testCaseStarted
    case issueRecorded(Issue)
    case testSkipped
    case testCancelled
    case testEnded
    case runEnded
    /// A kind nothing is known of, or that tells nothing needed here.
    case other
  }

  struct Issue: Equatable {
    var isKnown: Bool
    var isFailure: Bool
    var file: String?
    var line: Int?
  }

  struct Message: Equatable {
    var symbol: String
    var text: String
  }

  var content: Content
  /// The identity with its source location, `Module.Suite/function()/File.swift:line:column`.
  var testID: String?
  /// Seconds of a monotonic clock.
  var seconds: Double?
  var messages: [Message] = []
  var comments: [String] = []
  /// The arguments of the test case, where the version tells them.
  var arguments: String?
}

extension EventStreamEvent.Content {
  /// The content for a line's and its payload's kind; nil when what that kind needs is missing.
  init?(line: String, kind: String, id: String?, issue: EventStreamEvent.Issue?) {
    switch (line, kind) {
    case ("test", _):
      guard let id else { return nil }
      switch kind {
      case "function": self = .function(id: id)
      case "suite": self = .suite(id: id)
      default: self = .other
      }
    case ("event", "runStarted"): self = .runStarted
    case ("event", "testStarted"): self = .testStarted
    case ("event", "testCaseStarted"): self = .testCaseStarted
    case ("event", "issueRecorded"):
      guard let issue else { return nil }
      self = .issueRecorded(issue)
    case ("event", "testSkipped"): self = .testSkipped
    case ("event", "testCancelled"): self = .testCancelled
    case ("event", "testEnded"): self = .testEnded
    case ("event", "runEnded"): self = .runEnded
    default: self = .other
    }
  }
}

extension EventStreamEvent {
  /// Reads one line; nil when it is not a line of an event stream.
  init?(line: [UInt8], decoder: JSONDecoder) {
    switch try? decoder.decode(VersionedLine.self, from: Data(line)) {
    case .v0(let line): self.init(line)
    case .v6(let line): self.init(line)
    case nil: return nil
    }
  }

  /// A line in the shape that its version, a number or a text, says it has.
  private enum VersionedLine: Decodable {
    case v0(EventStreamV0.Line)
    case v6(EventStreamV6.Line)

    enum CodingKeys: CodingKey {
      case version
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      if (try? container.decode(String.self, forKey: .version)) != nil {
        self = .v6(try EventStreamV6.Line(from: decoder))
      } else {
        _ = try container.decode(Double.self, forKey: .version)
        self = .v0(try EventStreamV0.Line(from: decoder))
      }
    }
  }
}
