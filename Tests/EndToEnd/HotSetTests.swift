import Foundation
import SystemPackage
import Testing

/// The hot set that is kept: `quench hot deploy`, `status`, `rollback`, `stop` and `start`.
struct HotSetTests {
  /// Two commits with greetings that differ, and the clean-up of a kept set.
  private func begin(_ world: World) async throws -> (old: String, new: String) {
    world.atEnd { try await world.quench("hot", "stop", "--remove") }
    try world.write("quench.yml", GreeterConfiguration(instances: 2).text)
    let old = try await world.commit("Say hello")
    try world.replace("Hello, {name}!", by: "Good day, {name}!", in: "greeter.py")
    return (old, try await world.commit("Say good day"))
  }

  private func deploy(_ revision: String, in world: World) async throws {
    let outcome = try await world.quench("hot", "deploy", revision)
    try #require(outcome.status == 0, "\(outcome)")
  }

  private func status(of world: World) async throws -> JSONValue {
    let answer = try await world.ask("hot", "status")
    #expect(answer.status == 0, "\(answer.outcome)")
    return answer.json
  }

  private func greet(_ name: String, at index: Int = 0, in world: World) async throws -> String {
    let port = try await status(of: world)["instances"][index]["port"]
    return try await world.get("/greetings/\(name)", port: port, method: "POST")
  }

  private func greetings(at index: Int = 0, in world: World) async throws -> String {
    try await world.get("/greetings", port: status(of: world)["instances"][index]["port"])
  }

  @Test(.world("greeter"))
  func deployedSetServesItsRevision() async throws {
    let world = try World.current
    let (old, new) = try await begin(world)
    try await deploy(old, in: world)
    let first = try await status(of: world)
    #expect(first["revision"].string == old)
    #expect(first["instances"].array.count == 2)
    for instance in first["instances"].array {
      #expect(
        instance.keys.isSuperset(of: ["id", "state", "health", "revision", "port", "pid", "since"]), "\(instance)")
      #expect(instance["revision"].string == old)
      #expect(instance["health"].string == "healthy")
      let health = try JSONValue(document: await world.get("/health", port: instance["port"]))
      #expect(health["revision"].string == old)
    }
    try await deploy(new, in: world)
    let second = try await status(of: world)
    #expect(second["revision"].string == new)
    for instance in second["instances"].array {
      #expect(try await world.get("/health", port: instance["port"]).contains(new))
    }
    let outcome = try await world.quench("hot", "status")
    #expect(outcome.status == 0)
    #expect(outcome.stdout.contains(new.prefix(7)) && outcome.stdout.contains("healthy"), "\(outcome)")
  }

  @Test(.world("greeter"))
  func dataAreOfOneInstanceAlone() async throws {
    let world = try World.current
    let (old, _) = try await begin(world)
    try await deploy(old, in: world)
    _ = try await greet("Ida", at: 0, in: world)
    #expect(try await greetings(at: 1, in: world) == "{}")
  }

  @Test(.world("greeter"))
  func rollbackGoesBackOneBuildWithItsData() async throws {
    let world = try World.current
    let (old, new) = try await begin(world)
    try await deploy(old, in: world)
    try await deploy(new, in: world)
    #expect(try await greet("Bob", in: world).contains("Good day, Bob!"))
    let outcome = try await world.quench("hot", "rollback")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try await status(of: world)["revision"].string == old)
    #expect(try await greetings(in: world) == "{}", "what the newer one did is undone")
    #expect(try await greet("Ida", in: world).contains("Hello, Ida!"), "the older program answers")
    let named = try await world.quench("hot", "rollback", new)
    #expect(named.status == 0, "\(named)")
    #expect(try await status(of: world)["revision"].string == new)
  }

  @Test(.world("greeter"))
  func retainedRevisionTakesOverWithoutAStart() async throws {
    let world = try World.current
    _ = try await begin(world)
    // The older build takes long to start: who waits less has not started it again.
    try world.replace("./greeter --port", by: "sleep 3; ./greeter --port", in: "quench.yml")
    try world.replace("hot: { instances: 2 }", by: "hot: { instances: 1, retain: 1 }", in: "quench.yml")
    try world.replace("Good day", by: "Good morning", in: "greeter.py")
    let slow = try await world.commit("Start slowly")
    try await deploy(slow, in: world)
    try world.replace("Good morning", by: "Good evening", in: "greeter.py")
    try await deploy(try await world.commit("Good evening"), in: world)
    let retained = try await status(of: world)["retained"].array
    let pid = try #require(retained.first?["instances"][0]["pid"].number, "retained ones are listed apart: \(retained)")
    #expect(retained.first?["revision"].string == slow)
    let clock = ContinuousClock()
    let start = clock.now
    let outcome = try await world.quench("hot", "rollback")
    #expect(clock.now - start < .seconds(2.5), "at once")
    #expect(outcome.status == 0, "\(outcome)")
    let after = try await status(of: world)
    #expect(after["revision"].string == slow)
    #expect(after["instances"][0]["pid"].number == pid, "the very process that was retained")
  }

  @Test(.world("greeter"))
  func stoppedSetKeepsItsDataAndStartsAgain() async throws {
    let world = try World.current
    let (old, _) = try await begin(world)
    try await deploy(old, in: world)
    _ = try await greet("Ida", in: world)
    let stopped = try await world.quench("hot", "stop")
    #expect(stopped.status == 0, "\(stopped)")
    try await world.expectNothingRunning()
    let down = try await world.ask("hot", "status")
    #expect(down.status == 1, "not healthy: \(down.outcome)")
    let started = try await world.quench("hot", "start")
    #expect(started.status == 0, "\(started)")
    let all = try await [greetings(at: 0, in: world), greetings(at: 1, in: world)]
    #expect(all.sorted() == ["{\"Ida\": 1}", "{}"], "with the data they had")
    let again = try await world.quench("hot", "start")
    #expect(again.status == 0, "nothing to do is no error: \(again)")
  }

  @Test(.world("greeter"))
  func removedSetIsGone() async throws {
    let world = try World.current
    let (old, new) = try await begin(world)
    try await deploy(old, in: world)
    try await deploy(new, in: world)
    let outcome = try await world.quench("hot", "stop", "--remove")
    #expect(outcome.status == 0, "\(outcome)")
    try await world.expectNothingRunning()
    #expect(try await world.ask("hot", "status").status == 3)
    #expect(try world.files(below: world.state.appending("instances")).isEmpty)
  }

  @Test(.world("greeter"))
  func deployThatFailsLeavesTheSetAsItWas() async throws {
    let world = try World.current
    let (old, _) = try await begin(world)
    try await deploy(old, in: world)
    _ = try await greet("Ida", in: world)
    let before = try await status(of: world)
    try world.write("greeter.py", "#!/usr/bin/env python3\nraise SystemExit('no greetings today')\n")
    let broken = try await world.commit("Break the start")
    let outcome = try await world.quench("hot", "deploy", broken)
    #expect(outcome.status == 3, "\(outcome)")
    #expect(outcome.text.contains("no greetings today"), "\(outcome)")
    let after = try await status(of: world)
    #expect(after["revision"].string == old)
    #expect(after["instances"].array.map(\.["pid"]) == before["instances"].array.map(\.["pid"]))
    #expect(try await greetings(in: world) == "{\"Ida\": 1}")
    let strays = ProcessTable.entries(ofWorld: world.root).filter { $0.command.contains("greeter --port") }
    #expect(strays.count { !$0.command.contains(" launch ") } == 2)
  }

  @Test(.world("greeter"))
  func verifyBorrowsTheSetAndLeavesNoTrace() async throws {
    let world = try World.current
    let (old, new) = try await begin(world)
    try await deploy(old, in: world)
    _ = try await greet("Ida", in: world)
    let answer = try await world.ask("verify", new)
    #expect(answer.json["rolled_back_to"].string == old, "\(answer.outcome)")
    #expect(answer.json["revision"].string == new)
    let after = try await status(of: world)
    #expect(after["revision"].string == old)
    #expect(try await greetings(in: world) == "{\"Ida\": 1}", "the data are as they were")
    #expect(try await greet("Ida", in: world).contains("Hello, Ida!"))
    let running = ProcessTable.entries(ofWorld: world.root).filter { $0.command.contains("greeter --port") }
    #expect(running.count { !$0.command.contains(" launch ") } == 2)
  }

  @Test(.world("greeter"))
  func failedVerifyRollsBackToo() async throws {
    let world = try World.current
    let (old, _) = try await begin(world)
    try await deploy(old, in: world)
    _ = try await greet("Ida", in: world)
    try world.write("greeter.py", "#!/usr/bin/env python3\nraise SystemExit('no greetings today')\n")
    let broken = try await world.commit("Break the start")
    let outcome = try await world.quench("verify", broken)
    #expect(outcome.status == 3, "\(outcome)")
    #expect(try await status(of: world)["revision"].string == old)
    #expect(try await greetings(in: world) == "{\"Ida\": 1}")
  }

  @Test(.world("greeter"))
  func secondVerificationLeavesTheBorrowedSetAlone() async throws {
    let world = try World.current
    let (old, new) = try await begin(world)
    try world.write("quench.yml", GreeterConfiguration(suites: [("check", "./smoke.sh || true")], instances: 2).text)
    try await deploy(old, in: world)
    async let one = world.ask("verify", new)
    async let two = world.ask("verify", old)
    let answers = try await [one, two]
    for answer in answers { #expect(answer.status == 0, "\(answer.outcome)") }
    #expect(answers.contains { $0.json["rolled_back_to"].string == old }, "one of them borrows it")
    let running = ProcessTable.entries(ofWorld: world.root).filter { $0.command.contains("greeter --port") }
    #expect(running.count { !$0.command.contains(" launch ") } == 2, "what the other one started has ended")
    #expect(try await status(of: world)["revision"].string == old)
  }

  @Test(.world("greeter"))
  func deployOfWhatDoesNotBuildLeavesTheSetAsItWas() async throws {
    let world = try World.current
    let (old, _) = try await begin(world)
    try await deploy(old, in: world)
    try world.write("quench.yml", GreeterConfiguration(build: "echo no compiler; false", instances: 2).text)
    let broken = try await world.commit("Break the build")
    let outcome = try await world.quench("hot", "deploy", broken)
    #expect(outcome.status == 3, "\(outcome)")
    #expect(outcome.text.contains("no compiler"), "\(outcome)")
    #expect(try await status(of: world)["revision"].string == old)
    let unknown = try await world.quench("hot", "deploy", "nowhere")
    #expect(unknown.status == 64, "\(unknown)")
    #expect(try await status(of: world)["revision"].string == old)
  }

  @Test(.world("greeter"))
  func deadInstanceIsSaidAndStartedAgain() async throws {
    let world = try World.current
    let (old, _) = try await begin(world)
    try await deploy(old, in: world)
    let pid = pid_t(try #require(try await status(of: world)["instances"][0]["pid"].number))
    kill(pid, SIGKILL)
    #expect(try await comesTrue(within: .seconds(5)) { !ProcessTable.isRunning(pid) })
    let down = try await world.ask("hot", "status")
    #expect(down.status == 1, "\(down.outcome)")
    #expect(down.json["instances"].array.contains { $0["health"].string != "healthy" })
    let started = try await world.quench("hot", "start")
    #expect(started.status == 0, "\(started)")
    _ = try await status(of: world)
  }

  @Test(.world("greeter"))
  func withoutASetEachCommandSaysWhatToDo() async throws {
    let world = try World.current
    for arguments in [["hot", "status"], ["hot", "rollback"], ["hot", "start"]] {
      let outcome = try await world.command(arguments).run()
      #expect(outcome.status == 3, "\(arguments): \(outcome)")
      #expect(outcome.stderr.contains("quench hot deploy"), "\(arguments): \(outcome)")
    }
  }

  @Test(.world("greeter"))
  func rollbackWithNothingBeforeChangesNothing() async throws {
    let world = try World.current
    let (old, _) = try await begin(world)
    try await deploy(old, in: world)
    let outcome = try await world.quench("hot", "rollback")
    #expect(outcome.text.contains("next:") || outcome.status == 0, "\(outcome)")
    #expect(try await status(of: world)["revision"].string == old)
    let unknown = try await world.quench("hot", "rollback", "nowhere")
    #expect(unknown.status == 64, "\(unknown)")
    #expect(try await status(of: world)["revision"].string == old)
  }

  @Test(.world("greeter"))
  func helpNeverActs() async throws {
    let world = try World.current
    let (old, new) = try await begin(world)
    try await deploy(old, in: world)
    try await deploy(new, in: world)
    for command in ["rollback", "stop", "deploy", "start"] {
      let outcome = try await world.quench("hot", command, "--help")
      #expect(outcome.status == 0 && outcome.stdout.contains("USAGE"))
    }
    #expect(try await status(of: world)["revision"].string == new)
  }

  @Test(.world("greeter"))
  func dataHooksSnapshotAndRestore() async throws {
    let world = try World.current
    try world.write(
      "quench.yml",
      GreeterConfiguration(
        service: [
          "data: data", "data-snapshot: mkdir -p $QUENCH_SNAPSHOT && cp -r $QUENCH_DATA/. $QUENCH_SNAPSHOT/",
          "data-restore: rm -rf $QUENCH_DATA/* && cp -r $QUENCH_SNAPSHOT/. $QUENCH_DATA/",
        ], suites: [("first", "./smoke.sh"), ("second", "./smoke.sh")]
      ).text)
    try await world.commit("Hooks of its own")
    let outcome = try await world.quench("verify")
    #expect(outcome.passed, "\(outcome)")
  }
}
