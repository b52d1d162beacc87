import Testing

/// `quench verify` tells passed, failed, inconclusive and error apart, in words and in its exit status.
struct VerdictTests {
  @Test(.world("greeter"))
  func goodRevisionPasses() async throws {
    let world = try World.current
    let outcome = try await world.quench("verify")
    #expect(outcome.passed, "\(outcome)")
    #expect(outcome.text.contains("PASSED"))
    #expect(outcome.text.contains("The greeter"), "the subject says which commit this was")
    let short = try await world.git("rev-parse", "--short=7", "HEAD")
    #expect(outcome.text.contains(short))
    try await world.expectNothingRunning()
  }

  @Test(.world("greeter"))
  func badRevisionFailsAndShowsWhatTheSuiteSaid() async throws {
    let world = try World.current
    try world.replace("Hello, {name}!", by: "Goodbye, {name}!", in: "greeter.py")
    try await world.commit("Say goodbye")
    let outcome = try await world.quench("verify")
    #expect(outcome.status == 1, "\(outcome)")
    #expect(outcome.text.contains("FAILED"))
    #expect(outcome.text.contains("Ida was not greeted"), "the suite's own words: \(outcome)")
    #expect(!outcome.text.contains("PASSED  "), "\(outcome)")
    try await world.expectNothingRunning()
  }

  @Test(.world("greeter"))
  func buildThatFailsIsAnError() async throws {
    let world = try World.current
    try world.replace(
      "mkdir -p build && cp greeter.py build/greeter", by: "\"echo the linker is on strike >&2; exit 7\"",
      in: "quench.yml")
    try await world.commit("Break the build")
    let outcome = try await world.quench("verify")
    #expect(outcome.status == 3, "\(outcome)")
    #expect(outcome.text.contains("ERROR"))
    #expect(outcome.text.contains("the linker is on strike"), "the last lines of the build: \(outcome)")
    #expect(outcome.text.contains("7"), "its exit status")
    #expect(outcome.text.contains("next:"))
    let answer = try await world.ask("verify")
    #expect(answer.status == 3)
    #expect(answer.outcome.stderr.contains("the linker is on strike"), "errors go to stderr as text: \(answer.outcome)")
    #expect(answer.json["result"].string == "ERROR")
    #expect(answer.json["build"] == .null || answer.json["build"]["digest"] == .null)
    #expect(answer.json["suites"].array.allSatisfy { $0["result"].string != "PASSED" })
  }

  @Test(.world("greeter"))
  func worstOfSeveralSuitesCounts() async throws {
    let world = try World.current
    try world.write(
      "quench.yml",
      GreeterConfiguration(suites: [("bad", "echo no luck; false"), ("fine", "true")], instances: 2).text)
    let answer = try await world.ask("verify")
    #expect(answer.status == 1, "\(answer.outcome)")
    #expect(answer.json["result"].string == "FAILED")
    #expect(answer.json["suites"].named("bad")["result"].string == "FAILED")
    #expect(answer.json["suites"].named("fine")["result"].string == "PASSED")
    #expect(answer.json["suites"].named("bad")["failed"].number == 1)
    #expect(answer.json["suites"].named("bad")["tests"][0]["message"].string?.contains("no luck") == true)
  }

  @Test(.world("greeter"))
  func onlyTheSuiteAskedForRuns() async throws {
    let world = try World.current
    try world.write("quench.yml", GreeterConfiguration(suites: [("bad", "false"), ("fine", "true")]).text)
    let answer = try await world.ask("verify", "--suite", "fine")
    #expect(answer.status == 0, "\(answer.outcome)")
    #expect(answer.json["suites"].array.map(\.["name"].string) == ["fine"])
  }

  @Test(.world("greeter"))
  func unknownSuiteIsWrongUsage() async throws {
    let world = try World.current
    let answer = try await world.ask("verify", "--suite", "smoek")
    #expect(answer.status == 64, "\(answer.outcome)")
    #expect(answer.json["schema"].string == "quench.error/v1")
    #expect(answer.outcome.stderr.contains("smoke"), "the suites there are: \(answer.outcome)")
  }

  @Test(.world("greeter"))
  func suiteKilledByASignalDoesNotPass() async throws {
    let world = try World.current
    try world.write("quench.yml", GreeterConfiguration(suites: [("killed", "kill -KILL $$")]).text)
    let answer = try await world.ask("verify")
    #expect(answer.status == 1 || answer.status == 3, "\(answer.outcome)")
    #expect(answer.json["result"].string != "PASSED")
  }

  @Test(.world("greeter"))
  func suiteCommandThatIsNotThereDoesNotPass() async throws {
    let world = try World.current
    try world.write("quench.yml", GreeterConfiguration(suites: [("absent", "./no-such-script.sh")]).text)
    let answer = try await world.ask("verify")
    #expect([1, 3].contains(answer.status), "\(answer.outcome)")
    #expect(answer.outcome.text.contains("no-such-script.sh"), "\(answer.outcome)")
  }

  @Test(.world("greeter"))
  func dataAreResetBeforeEachSuite() async throws {
    // The smoke suite wants that nobody was greeted yet; both greet Ida on the one instance there is.
    let world = try World.current
    try world.write(
      "quench.yml", GreeterConfiguration(suites: [("first", "./smoke.sh"), ("second", "./smoke.sh")]).text)
    let answer = try await world.ask("verify")
    #expect(answer.status == 0, "\(answer.outcome)")
  }

  @Test(.world("greeter"))
  func quietSaysOnlyTheResult() async throws {
    let world = try World.current
    let outcome = try await world.quench("verify", "--quiet")
    #expect(outcome.passed)
    #expect(outcome.text.contains("PASSED"))
    #expect(outcome.text.split(separator: "\n").count == 1, "\(outcome)")
  }

  @Test(.world("greeter"))
  func noColourWithoutATerminal() async throws {
    let world = try World.current
    let outcome = try await world.quench("verify")
    #expect(outcome.passed && !outcome.text.contains("\u{1B}"), "\(outcome)")
  }
}
