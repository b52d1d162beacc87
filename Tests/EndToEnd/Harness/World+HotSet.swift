import Testing

extension World {
  /// Makes two commits whose greetings differ, and removes the hot set at the end of the test.
  func beginHotSet() async throws -> (old: String, new: String) {
    atEnd { try await self.quench("hot", "stop", "--remove") }
    try write("quench.yml", GreeterConfiguration(instances: 2).text)
    let old = try await commit("Say hello")
    try replace("Hello, {name}!", by: "Good day, {name}!", in: "greeter.py")
    return (old, try await commit("Say good day"))
  }

  /// Moves the hot set to a revision, which has to succeed.
  func deploy(_ revision: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let outcome = try await quench("hot", "deploy", revision, sourceLocation: sourceLocation)
    try #require(outcome.status == 0, "\(outcome)", sourceLocation: sourceLocation)
  }

  /// What `quench hot status` says of a set all of whose instances are healthy.
  func hotStatus(sourceLocation: SourceLocation = #_sourceLocation) async throws -> JSONValue {
    let answer = try await ask("hot", "status", sourceLocation: sourceLocation)
    #expect(answer.status == 0, "\(answer.outcome)", sourceLocation: sourceLocation)
    return answer.json
  }

  /// Waits until what the hot set retains can take over at once.
  func retainedIsReady(sourceLocation: SourceLocation = #_sourceLocation) async throws -> [JSONValue] {
    var retained: [JSONValue] = []
    for _ in 0..<200 {
      retained = try await ask("hot", "status", sourceLocation: sourceLocation).json["retained"].array
      if retained.allSatisfy({ $0["ready"].bool == true }) { return retained }
    }
    Issue.record("what is retained was not made ready: \(retained)", sourceLocation: sourceLocation)
    return retained
  }

  /// Greets somebody at one of the set's instances, and gives its answer.
  func greet(_ name: String, at index: Int = 0) async throws -> String {
    try await get("/greetings/\(name)", port: hotStatus()["instances"][index]["port"], method: "POST")
  }

  /// Whom one of the set's instances has greeted.
  func greetings(at index: Int = 0) async throws -> String {
    try await get("/greetings", port: hotStatus()["instances"][index]["port"])
  }
}
