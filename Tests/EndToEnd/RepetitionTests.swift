import SystemPackage
import Testing

/// Runs that are bounded in time, and runs that are repeated.
struct RepetitionTests {
  @Test(.world("greeter"))
  func timeLimitEndsInconclusive() async throws {
    let world = try World.current
    try world.write("quench.yml", GreeterConfiguration(suites: [("endless", "echo waiting; sleep 300")]).text)
    let clock = ContinuousClock()
    let start = clock.now
    let answer = try await world.ask("verify", "--time-limit", "5s")
    #expect(clock.now - start < .seconds(20), "in time")
    #expect(answer.status == 2, "\(answer.outcome)")
    #expect(answer.json["result"].string == "INCONCLUSIVE")
    let endless = answer.json["suites"].named("endless")
    #expect(endless["result"].string == "INCONCLUSIVE", "a suite that was cut off is told: \(answer.outcome)")
    #expect(endless["reason"].string?.contains("time limit") == true)
    let seconds = endless["duration_seconds"].number ?? 0
    #expect(seconds > 0 && seconds <= 5, "how long it ran: \(seconds)")
    try await world.expectNothingRunning()
  }

  @Test(.world("greeter"))
  func timeLimitHoldsForTheBuildToo() async throws {
    let world = try World.current
    try world.write("quench.yml", GreeterConfiguration(build: "sleep 300").text)
    try await world.commit("Build for long")
    let clock = ContinuousClock()
    let start = clock.now
    let answer = try await world.ask("verify", "--time-limit", "3s")
    #expect(clock.now - start < .seconds(20), "in time")
    #expect(answer.status == 2, "\(answer.outcome)")
    #expect(answer.json["result"].string == "INCONCLUSIVE")
    try await world.expectNothingRunning()
  }

  @Test(.world("greeter"))
  func timeLimitHoldsForTheWayToTheBaselineToo() async throws {
    let world = try World.current
    world.atEnd { try await world.quench("hot", "stop", "--remove") }
    let revision = try await world.git("rev-parse", "HEAD")
    try #require(try await world.quench("hot", "deploy", revision).status == 0)
    let configuration = GreeterConfiguration(build: "sleep 60")
    try world.write("quench.yml", configuration.text)
    try await world.commit("Build for long")
    try await world.git("tag", "stable")
    try world.write("quench.yml", configuration.text.replacing("instances: 1", with: "instances: 1, baseline: stable"))
    let clock = ContinuousClock()
    let start = clock.now
    let answer = try await world.ask("verify", revision, "--time-limit", "3s")
    #expect(clock.now - start < .seconds(20), "in time")
    #expect(answer.status == 2, "\(answer.outcome)")
    #expect(answer.json["result"].string == "INCONCLUSIVE" && answer.json["hindrance"].string == "time-limit")
    #expect(try await world.hotStatus()["revision"].string == revision)
  }

  @Test(.world("greeter"))
  func whatIgnoresTerminationIsGoneSoonAfterTheLimit() async throws {
    let world = try World.current
    try world.write("quench.yml", GreeterConfiguration.stubborn.text)
    try await world.commit("Ignore every request to stop")
    let clock = ContinuousClock()
    let start = clock.now
    let answer = try await world.ask("verify", "--time-limit", "8s")
    #expect(clock.now - start < .seconds(8 + 9), "the graces share one deadline")
    #expect(answer.status == 2 && answer.json["result"].string == "INCONCLUSIVE", "\(answer.outcome)")
    let left = ProcessTable.entries(ofWorld: world.root)
    #expect(left.isEmpty, "when it ends, all has ended")
    let logs = try world.text(below: world.state.appending("logs"))
    #expect(logs.contains("cleaned hot-"), "what cleans up has had its time: \(logs)")
  }

  @Test(.world("greeter"))
  func impossibleTimeLimitIsWrongUsage() async throws {
    let outcome = try await World.current.quench("verify", "--time-limit", "soon")
    #expect(outcome.status == 64, "\(outcome)")
  }

  @Test(.world("greeter"))
  func repeatTellsAFlakyTestFromAFailingOne() async throws {
    // The suite fails every second time; the checkout is the one place a suite keeps things in.
    let world = try World.current
    let flaky = """
      if [ -e odd ]; then rm odd; echo the even run; exit 1; fi
      touch odd
      """
    try world.write(
      "quench.yml", GreeterConfiguration(suites: [("flaky", flaky), ("firm", "true"), ("broken", "false")]).text)
    let answer = try await world.ask("verify", "--repeat", "4")
    #expect(answer.status == 1, "\(answer.outcome)")
    let flakiness = answer.json["flakiness"].array
    let rates = Dictionary(
      flakiness.map { ($0["suite"].string ?? "", [$0["runs"].number, $0["failures"].number]) }
    ) { first, _ in first }
    #expect(rates["flaky"] == [4, 2], "\(flakiness)")
    if let firm = rates["firm"] { #expect(firm == [4, 0]) }
    if let broken = rates["broken"] { #expect(broken == [4, 4]) }
    #expect(
      answer.json["suites"].named("flaky")["runs"].array.compactMap(\.string) == [
        "PASSED", "FAILED", "PASSED", "FAILED",
      ])
    let text = try await world.quench("verify", "--repeat", "4")
    #expect(text.text.contains("run 2 of 4  flaky: FAILED") && text.text.contains("2 of 4 runs passed"), "\(text)")
    #expect(!text.text.contains("--repeat 5"), "what was done is not advised: \(text)")
    let line = try #require(text.text.split(separator: "\n").first { $0.lowercased().contains("flak") }, "\(text)")
    #expect(line.contains("flaky"), "the test is named: \(line)")
  }

  @Test(.world("greeter"), arguments: ["0", "-1", "often"])
  func impossibleRepeatIsWrongUsage(count: String) async throws {
    let outcome = try await World.current.quench("verify", "--repeat", count)
    #expect(outcome.status == 64, "\(outcome)")
  }
}
