import Foundation
import SystemPackage
import Testing

/// A build is made once per key, from what the key says, and never half.
struct BuildTests {
  private func configuration(_ build: String, more: [String] = ["data: data"]) -> String {
    GreeterConfiguration(build: build, service: more, suites: [("check", "true")]).text
  }

  @Test(.world("greeter"))
  func sameRevisionIsBuiltOnce() async throws {
    let world = try World.current
    let first = try await world.ask("verify").json["build"]
    let second = try await world.ask("verify").json["build"]
    #expect(first["cached"].bool == false)
    #expect(second["cached"].bool == true)
    #expect(second["key"] == first["key"])
    #expect(second["digest"] == first["digest"])
  }

  @Test(.world("greeter"))
  func buildSaysHowLongItMayTake() async throws {
    let world = try World.current
    let first = try await world.quench("verify")
    #expect(first.stderr.contains("building\n"), "nothing is known of earlier builds: \(first)")
    let second = try await world.quench("verify")
    #expect(!second.stderr.contains("building"), "the store has it: \(second)")
    try world.write("note", "another tree")
    try await world.commit("Two")
    let third = try await world.quench("verify")
    #expect(third.stderr.contains("building (about 0."), "\(third)")
  }

  @Test(.world("greeter"))
  func keyIsOfTheTreeAndTheRecipe() async throws {
    let world = try World.current
    try world.write("quench.yml", configuration("mkdir -p build && cp greeter.py build/greeter"))
    try await world.commit("One")
    let first = try await world.ask("verify").json["build"]
    try await world.commit("The same tree")
    let second = try await world.ask("verify").json["build"]
    #expect(second["key"] == first["key"])
    #expect(second["cached"].bool == true)
    try world.write("note", "another tree")
    try await world.commit("Two")
    let third = try await world.ask("verify").json["build"]
    #expect(third["key"] != first["key"], "another tree is another key")
    #expect(third["digest"] == first["digest"], "the same bytes are the same digest")
  }

  @Test(.world("greeter"))
  func pathsNarrowTheTreeOfTheKey() async throws {
    let world = try World.current
    try world.write(
      "quench.yml",
      configuration("mkdir -p build && cp greeter.py build/greeter", more: ["data: data", "paths: [greeter.py]"]))
    try await world.commit("One")
    let first = try await world.ask("verify").json["build"]
    try world.write("docs/note", "no part of the service")
    try await world.commit("Document")
    let second = try await world.ask("verify").json["build"]
    #expect(second["key"] == first["key"])
    #expect(second["cached"].bool == true)
  }

  @Test(.world("greeter"))
  func pathsThatARevisionDoesNotHaveAreRefused() async throws {
    let world = try World.current
    try world.write("sources/part.py", "")
    try await world.tool("ln", "-s", "sources", world.repository.appending("linked").string)
    for path in ["greter.py", "greeter.py/none", "linked", "linked/part.py"] {
      try world.write(
        "quench.yml",
        configuration("mkdir -p build && cp greeter.py build/greeter", more: ["data: data", "paths: [\(path)]"]))
      try await world.commit("Built from \(path)")
      let outcome = try await world.quench("verify")
      #expect(outcome.status == 3 && outcome.text.contains("ERROR"), "\(path): \(outcome)")
      for word in ["service.paths", path, "root of the repository", "git ls-tree"] {
        #expect(outcome.text.contains(word), "\(word): \(outcome)")
      }
    }
    let range = try await world.ask("verify", "HEAD~2..HEAD")
    #expect(range.json["verdicts"].array.compactMap(\.["result"].string) == ["ERROR", "ERROR"], "\(range.outcome)")
  }

  @Test(.world("greeter"))
  func artifactIsDeterministic() async throws {
    // The same revision, built in two states that know nothing of each other.
    let world = try World.current
    try world.write(
      "quench.yml",
      configuration("mkdir -p build/extra && cp greeter.py build/greeter && touch build/extra/a build/extra/b"))
    try world.replace("outputs: [build/greeter]", by: "outputs: [build/greeter, build/extra]", in: "quench.yml")
    try await world.commit("More outputs")
    let first = try await world.ask("verify", environment: ["QUENCH_HOME": world.root.appending("a").string])
    let second = try await world.ask("verify", environment: ["QUENCH_HOME": world.root.appending("b").string])
    #expect(first.status == 0 && second.status == 0, "\(first.outcome)\n\(second.outcome)")
    #expect(second.json["build"]["cached"].bool == false)
    #expect(first.json["build"]["digest"] == second.json["build"]["digest"])
  }

  @Test(.world("greeter"))
  func twoThatAskAtOnceBuildOnce() async throws {
    let world = try World.current
    let count = "echo built >> $HOME/.cache/org.swift.swiftpm/builds; sleep 1\n"
    try world.write("quench.yml", configuration(count + "mkdir -p build && cp greeter.py build/greeter"))
    try await world.commit("Count the builds")
    async let first = world.ask("verify")
    async let second = world.ask("verify")
    let answers = try await [first, second]
    for answer in answers { #expect(answer.status == 0, "\(answer.outcome)") }
    let builds = try world.read(world.packageCache.appending("builds"))
    #expect(builds.split(separator: "\n").count == 1, "\(builds)")
    #expect(answers[0].json["build"]["digest"] == answers[1].json["build"]["digest"])
  }

  @Test(.world("greeter"))
  func failingBuildShowsItsLastLinesAndKeepsItsLog() async throws {
    let world = try World.current
    try world.write("quench.yml", configuration("seq 1 500 | sed 's/^/line /'; echo undefined symbol >&2; exit 9"))
    try await world.commit("Break")
    let outcome = try await world.quench("verify")
    #expect(outcome.status == 3)
    #expect(outcome.text.contains("undefined symbol"), "\(outcome)")
    #expect(outcome.text.contains("line 500") && !outcome.text.contains("line 100\n"), "the last lines: \(outcome)")
    let logs = try world.files(below: world.state.appending("logs")).filter { $0.contains("build") }
    #expect(
      try logs.contains { try world.read(world.state.appending("logs").pushing(FilePath($0))).contains("line 1\n") },
      "\(logs)")
    #expect(outcome.text.contains("logs"), "where the rest is: \(outcome)")
  }

  @Test(.world("greeter"))
  func failedBuildIsTriedAgain() async throws {
    let world = try World.current
    let build = """
      [ -e $HOME/.cache/network ] || { echo no network; exit 1; }
      mkdir -p build && cp greeter.py build/greeter
      """
    try world.write("quench.yml", configuration(build))
    try await world.commit("Depend on the network")
    #expect(try await world.quench("verify").status == 3)
    try world.write(world.home.pushing(FilePath(".cache/network")).string, "up")
    let second = try await world.quench("verify")
    #expect(second.passed, "\(second)")
  }

  @Test(.world("greeter"))
  func buildTimesOut() async throws {
    let world = try World.current
    try world.write("quench.yml", configuration("BUILD"))
    try world.replace(
      "build: |\n    BUILD\n", by: "build: { command: echo starting; sleep 300, timeout: 1s }\n", in: "quench.yml")
    try await world.commit("Hang")
    let clock = ContinuousClock()
    let start = clock.now
    let outcome = try await world.quench("verify")
    #expect(clock.now - start < .seconds(20))
    #expect(outcome.status == 3, "\(outcome)")
    #expect(outcome.text.contains("1.0 s"), "how long it was given: \(outcome)")
    #expect(outcome.text.contains("starting"), "its last lines: \(outcome)")
    try await world.expectNothingRunning()
  }

  @Test(.world("greeter"))
  func outputThatIsMissingIsNamed() async throws {
    let world = try World.current
    try world.write("quench.yml", configuration("mkdir -p build && cp greeter.py build/greter"))
    try await world.commit("Misspell the output")
    let outcome = try await world.quench("verify")
    #expect(outcome.status == 3, "\(outcome)")
    #expect(outcome.text.contains("build/greeter"))
    #expect(outcome.text.contains("next:"))
  }

  @Test(.world("greeter"))
  func strayChildOfABuildIsEnded() async throws {
    let world = try World.current
    try world.write(
      "quench.yml",
      configuration("setsid -f sleep 300 >/dev/null 2>&1; mkdir -p build && cp greeter.py build/greeter"))
    try await world.commit("Leave a child")
    #expect(try await world.quench("verify").passed)
    try await world.expectNothingRunning()
  }

  @Test(.world("greeter"))
  func serviceStartsInADirectoryOfItsArtifactAlone() async throws {
    let world = try World.current
    var configuration = GreeterConfiguration(suites: [("check", "true")])
    configuration.run = "ls -A >&2; exec ./greeter --port ${PORT}"
    try world.write("quench.yml", configuration.text)
    try await world.commit("List the folder")
    let folder = world.root.appending("artifacts")
    #expect(try await world.quench("verify", "--artifacts", folder.string).passed)
    let log = try world.files(below: folder).filter { $0.contains("instance") || $0.contains("service") }
      .compactMap { try? world.read(folder.pushing(FilePath($0))) }.joined()
    #expect(log.contains("greeter"), "\(log)")
    #expect(!log.contains("quench.yml") && !log.contains("smoke.sh"), "\(log)")
  }
}
