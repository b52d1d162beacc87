import Testing

/// What a wrong `quench.yml` gets: file, line, column, the nearest right key, and status 78.
struct ConfigurationTests {
  struct Fault: Sendable, CustomTestStringConvertible {
    let text: String
    let by: String
    let place: String
    let hint: String
    var testDescription: String { by }
  }

  private static let faults = [
    Fault(text: "  health:", by: "  helth:", place: "quench.yml:6:3", hint: "health"),
    Fault(text: "interval: 100ms", by: "interval: soon", place: "quench.yml:6:", hint: "interval"),
    Fault(text: "rise: 2", by: "rise: [2]", place: "quench.yml:6:", hint: "rise"),
    Fault(text: "rise: 2", by: "rise: 0", place: "quench.yml:6:", hint: "rise"),
    Fault(text: "signal: TERM", by: "signal: TREM", place: "quench.yml:7:", hint: "TERM"),
    Fault(text: "suites:\n  unittest:", by: "suits:\n  unittest:", place: "quench.yml:9:1", hint: "suites"),
    Fault(text: "hot: { instances: 2 }", by: "hot: { instances: -1 }", place: "quench.yml:14:", hint: "instances"),
    Fault(text: "hot: { instances: 2 }", by: "hot: { instances: 2", place: "quench.yml:1", hint: ""),
    Fault(text: "command: ./smoke.sh", by: "comand: ./smoke.sh", place: "quench.yml:13:5", hint: "command"),
    Fault(text: "data: data", by: "data: ../elsewhere", place: "quench.yml:8:", hint: "data"),
    Fault(text: "outputs: [build/greeter]", by: "outputs: [/etc/passwd]", place: "quench.yml:4:", hint: "outputs"),
    Fault(text: "outputs: [build/greeter]", by: "outputs: [a/x, b/x]", place: "quench.yml:4:", hint: "x"),
    Fault(
      text: "data: data", by: "secrets: [QUENCH_SIGNING_KEY]", place: "quench.yml:8:", hint: "QUENCH_SIGNING_KEY"),
    Fault(text: "  name: greeter", by: "  name: greeter\n  name: other", place: "quench.yml:3:", hint: "name"),
  ]

  @Test(.world("greeter"), arguments: faults)
  func faultNamesItsPlaceAndTheNearestKey(fault: Fault) async throws {
    let world = try World.current
    try world.replace(fault.text, by: fault.by, in: "quench.yml")
    try await world.commit("Make a mistake")
    let outcome = try await world.quench("verify")
    #expect(outcome.status == 78, "\(outcome)")
    #expect(outcome.stderr.contains(fault.place), "\(outcome)")
    #expect(outcome.stderr.contains(fault.hint), "\(outcome)")
    #expect(outcome.stderr.contains("next:"))
  }

  @Test(.world)
  func absentConfigurationPointsToInit() async throws {
    let world = try World.current
    try await world.commit("Nothing yet")
    let answer = try await world.ask("verify")
    #expect(answer.status == 78, "\(answer.outcome)")
    #expect(answer.outcome.stderr.contains("quench init"))
    #expect(answer.json["remedy"].string == "quench init")
    #expect(!world.exists(world.state), "nothing is written where nothing can be done")
  }

  @Test(.world("greeter"))
  func namedConfigurationThatIsNotThereIsRefused() async throws {
    let outcome = try await World.current.quench("verify", "--config", "elsewhere.yml")
    #expect([64, 78].contains(outcome.status), "\(outcome)")
    #expect(outcome.stderr.contains("elsewhere.yml"))
  }

  @Test(.world("greeter"))
  func serviceComesFromTheRevisionAndSuitesFromTheWorkingTree() async throws {
    let world = try World.current
    try world.write("quench.yml", GreeterConfiguration(suites: [("old", "false")]).text)
    try await world.commit("A working service, a failing suite")
    // Uncommitted: a service that cannot be built, and a suite that passes.
    try world.write("quench.yml", GreeterConfiguration(build: "false", suites: [("new", "true")]).text)
    let answer = try await world.ask("verify")
    #expect(answer.status == 0, "\(answer.outcome)")
    #expect(answer.json["suites"].array.map(\.["name"].string) == ["new"])
  }

  @Test(.world("greeter"))
  func revisionWithoutConfigurationTakesTheWorkingTrees() async throws {
    let world = try World.current
    try await world.git("rm", "--quiet", "--cached", "quench.yml")
    try await world.git("commit", "--quiet", "--message", "Without a configuration")
    let outcome = try await world.quench("verify")
    #expect(outcome.passed, "\(outcome)")
  }

  @Test(.world("greeter"))
  func otherConfigurationMakesAnotherService() async throws {
    let world = try World.current
    try world.write("other.yml", GreeterConfiguration(suites: [("only", "true")]).text)
    try await world.commit("A second service")
    let answer = try await world.ask("verify", "--config", "other.yml")
    #expect(answer.status == 0, "\(answer.outcome)")
    #expect(answer.json["suites"].array.map(\.["name"].string) == ["only"])
  }

  @Test(.world("greeter"))
  func plainScalarsAreTakenForStrings() async throws {
    let world = try World.current
    let text = GreeterConfiguration(suites: [("yes", "true")]).text
      .replacing("  build: |\n    mkdir -p build && cp greeter.py build/greeter\n", with: "  build: true\n")
      .replacing("outputs: [build/greeter]", with: "outputs: [greeter.py]").replacing(
        "./greeter ", with: "./greeter.py "
      )
      .replacing("    command: |\n      true\n", with: "    command: true\n")
    try world.write("quench.yml", text)
    try await world.commit("Plain scalars")
    let outcome = try await world.quench("verify")
    #expect(outcome.passed, "\(outcome)")
  }

  @Test(.world("greeter"), arguments: [["--no-such-option"], ["a", "b"], ["--format", "xml"]])
  func wrongUsageIsSixtyFour(arguments: [String]) async throws {
    let outcome = try await World.current.command(["verify"] + arguments).run()
    #expect(outcome.status == 64, "\(outcome)")
    #expect(outcome.stderr.hasPrefix("error: ") && outcome.stderr.contains("quench"), "how it is used: \(outcome)")
  }

  @Test(.world("greeter"))
  func testsFromNowhereAreAFaultOfTheFile() async throws {
    let world = try World.current
    let text = GreeterConfiguration(suites: [("check", "true")]).text
    try world.write("quench.yml", text.replacing("  check:\n", with: "  check:\n    tests-from: nosuch\n"))
    let outcome = try await world.quench("verify")
    #expect(outcome.status == 78, "\(outcome)")
    #expect(outcome.stderr.contains("quench.yml:13:17: ") && outcome.stderr.contains("nosuch"), "\(outcome)")
    #expect(!outcome.text.contains("  built"), "\(outcome)")
  }

  @Test(.world("greeter"))
  func noSuiteIsAFaultOfTheFile() async throws {
    let world = try World.current
    try world.write("quench.yml", GreeterConfiguration(suites: []).text)
    let outcome = try await world.quench("verify")
    #expect(outcome.status == 78, "\(outcome)")
    #expect(outcome.stderr.contains("quench.yml:11:1: ") && outcome.stderr.contains("add `suites:"), "\(outcome)")
  }
}
