import Testing

/// What `quench … --format json` answered.
struct Answer: Sendable {
  let outcome: Outcome
  let json: JSONValue

  var status: Int32 { outcome.status }
}

extension World {
  /// Runs `quench` with `--format json`; its stdout has to be one document.
  @discardableResult
  func ask(
    _ arguments: String..., environment: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Answer {
    let outcome = try await command(arguments + ["--format", "json"], environment: environment)
      .run(sourceLocation: sourceLocation)
    do {
      return Answer(outcome: outcome, json: try JSONValue(document: outcome.stdout))
    } catch {
      Issue.record("quench \(arguments) printed no JSON document: \(error)\n\(outcome)", sourceLocation: sourceLocation)
      throw error
    }
  }

  /// The answer of a running instance to a GET request.
  func get(_ path: String, port: JSONValue, method: String = "GET") async throws -> String {
    let port = Int(try #require(port.number, "no port"))
    return try await tool(
      "curl", "--silent", "--show-error", "--fail", "--max-time", "10", "--request", method,
      "http://127.0.0.1:\(port)\(path)")
  }
}
