import SystemPackage
import Testing

/// Whatever takes too long is ended when its `timeout` says so, and named with it.
struct TimeoutTests {
  private func verify(_ world: World) async throws -> (answer: Answer, duration: Duration) {
    let clock = ContinuousClock()
    let start = clock.now
    let answer = try await world.ask("verify")
    return (answer, clock.now - start)
  }

  @Test(.world("greeter"))
  func prepareTimesOut() async throws {
    let world = try World.current
    try world.write(
      "quench.yml",
      GreeterConfiguration(service: ["prepare: { command: echo preparing; sleep 300, timeout: 1s }"]).text)
    try await world.commit("Prepare for long")
    let (answer, duration) = try await verify(world)
    #expect(answer.status == 3 && duration < .seconds(30), "\(answer.outcome)")
    for word in ["prepare", "out of time", "preparing"] { #expect(answer.outcome.text.contains(word), "\(word)") }
    let left = ProcessTable.entries(ofWorld: world.root)
    #expect(left.isEmpty)
  }

  @Test(.world("greeter"))
  func cleanupTimesOut() async throws {
    let world = try World.current
    try world.write(
      "quench.yml",
      GreeterConfiguration(
        service: ["cleanup: { command: echo cleaning; sleep 300, timeout: 1s }"], suites: [("check", "true")]
      ).text)
    try await world.commit("Clean up for long")
    let (answer, duration) = try await verify(world)
    #expect(duration < .seconds(30))
    #expect(answer.json["suites"].named("check")["result"].string == "PASSED", "\(answer.outcome)")
    #expect(answer.status == 3 && answer.json["result"].string == "ERROR", "\(answer.outcome)")
    let reason = answer.json["reason"].string ?? ""
    for word in ["cleanup", "out of time", "cleaning"] { #expect(reason.contains(word), "\(word): \(reason)") }
    let left = ProcessTable.entries(ofWorld: world.root)
    #expect(left.isEmpty)
  }

  @Test(.world("greeter"))
  func puttingDataBackTimesOut() async throws {
    let world = try World.current
    try world.write(
      "quench.yml",
      GreeterConfiguration(
        service: [
          "data: data", "data-snapshot: \"true\"", "data-restore: { command: echo restoring; sleep 300, timeout: 1s }",
        ], suites: [("one", "true"), ("two", "true")]
      ).text)
    try await world.commit("Restore for long")
    let (answer, duration) = try await verify(world)
    #expect(duration < .seconds(30))
    let results = answer.json["suites"].array.map(\.["result"].string)
    #expect(results.contains("PASSED") && results.contains("ERROR"), "the second suite has no fresh data: \(results)")
    #expect(answer.outcome.text.contains("data-restore") && answer.outcome.text.contains("restoring"))
    try await world.expectNothingRunning()
  }

  @Test(.world("greeter"))
  func dependencyThatIsNeverReadyTimesOut() async throws {
    let world = try World.current
    try world.write(
      "quench.yml",
      GreeterConfiguration(
        suites: [("check", "true")],
        more: ["dependencies: { cache: { command: sleep 300, ready: { command: \"false\", timeout: 1s } } }"]
      ).text)
    try await world.commit("Wait for a cache")
    let (answer, duration) = try await verify(world)
    #expect(answer.status == 3 && duration < .seconds(30), "\(answer.outcome)")
    #expect(answer.outcome.text.contains("cache") && answer.outcome.text.contains("ready"), "\(answer.outcome)")
    try await world.expectNothingRunning()
  }

  @Test(.world("greeter"))
  func suiteTimesOutWithItsLimit() async throws {
    let world = try World.current
    try world.write("quench.yml", GreeterConfiguration(suites: [("endless", "echo waiting; sleep 300")]).text)
    try world.replace("  endless:\n", by: "  endless:\n    timeout: 1500ms\n", in: "quench.yml")
    let (answer, duration) = try await verify(world)
    let suite = answer.json["suites"].named("endless")
    #expect(answer.status == 2 && duration < .seconds(30), "\(answer.outcome)")
    #expect(suite["result"].string == "INCONCLUSIVE", "\(suite)")
    let reason = suite["reason"].string ?? ""
    #expect(reason.contains("endless") && reason.contains("timeout") && reason.contains("1.5"), "\(reason)")
    #expect(suite["tests"][0]["result"].string == "TIMED_OUT")
    try await world.expectNothingRunning()
  }
}
