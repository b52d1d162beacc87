import Foundation
import SystemPackage
import Testing

/// The hot set that is kept: `quench hot deploy`, `status`, `rollback`, `stop` and `start`.
struct HotSetTests {
  @Test(.world("greeter"))
  func deployedSetServesItsRevision() async throws {
    let world = try World.current
    let (old, new) = try await world.beginHotSet()
    try await world.deploy(old)
    let first = try await world.hotStatus()
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
    try await world.deploy(new)
    let second = try await world.hotStatus()
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
    let (old, _) = try await world.beginHotSet()
    try await world.deploy(old)
    _ = try await world.greet("Ida", at: 0)
    #expect(try await world.greetings(at: 1) == "{}")
  }

  @Test(.world("greeter"))
  func rollbackGoesBackOneBuildWithItsData() async throws {
    let world = try World.current
    let (old, new) = try await world.beginHotSet()
    try await world.deploy(old)
    try await world.deploy(new)
    #expect(try await world.greet("Bob").contains("Good day, Bob!"))
    let outcome = try await world.quench("hot", "rollback")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try await world.hotStatus()["revision"].string == old)
    #expect(try await world.greetings() == "{}", "what the newer one did is undone")
    #expect(try await world.greet("Ida").contains("Hello, Ida!"), "the older program answers")
    let named = try await world.quench("hot", "rollback", new)
    #expect(named.status == 0, "\(named)")
    #expect(try await world.hotStatus()["revision"].string == new)
  }

  @Test(.world("greeter"))
  func namedBaselineIsWhereTheSetReturnsTo() async throws {
    let world = try World.current
    let (old, new) = try await world.beginHotSet()
    try await world.git("tag", "stable", old)
    try await world.deploy(new)
    try world.replace("instances: 2", by: "instances: 2, baseline: stable", in: "quench.yml")
    let answer = try await world.ask("verify", new)
    #expect(answer.json["rolled_back_to"].string == old, "\(answer.outcome)")
    #expect(try await world.hotStatus()["revision"].string == old)
    try await world.deploy(new)
    let deployed = try await world.ask("hot", "deploy")
    #expect(deployed.json["revision"].string == old, "\(deployed.outcome)")
    try world.replace("baseline: stable", by: "baseline: unstable", in: "quench.yml")
    #expect(try await world.quench("verify", new).status == 64, "there is no such revision")
  }

  @Test(.world("greeter"))
  func retainedRevisionTakesOverWithoutAStart() async throws {
    let world = try World.current
    _ = try await world.beginHotSet()
    // The older build takes long to start: who waits less has not started it again.
    try world.replace("./greeter --port", by: "sleep 3; ./greeter --port", in: "quench.yml")
    try world.replace("hot: { instances: 2 }", by: "hot: { instances: 1, retain: 1 }", in: "quench.yml")
    try world.replace("Good day", by: "Good morning", in: "greeter.py")
    let slow = try await world.commit("Start slowly")
    try await world.deploy(slow)
    try world.replace("Good morning", by: "Good evening", in: "greeter.py")
    try await world.deploy(try await world.commit("Good evening"))
    let retained = try await world.retainedIsReady()
    let pid = try #require(retained.first?["instances"][0]["pid"].number, "retained ones are listed apart: \(retained)")
    #expect(retained.first?["revision"].string == slow)
    let clock = ContinuousClock()
    let start = clock.now
    let outcome = try await world.quench("hot", "rollback")
    #expect(clock.now - start < .seconds(2.5), "at once")
    #expect(outcome.status == 0, "\(outcome)")
    let after = try await world.hotStatus()
    #expect(after["revision"].string == slow)
    #expect(after["instances"][0]["pid"].number == pid, "the very process that was retained")
  }

  @Test(.world("greeter"))
  func stoppedSetKeepsItsDataAndStartsAgain() async throws {
    let world = try World.current
    let (old, _) = try await world.beginHotSet()
    try await world.deploy(old)
    _ = try await world.greet("Ida")
    let stopped = try await world.quench("hot", "stop")
    #expect(stopped.status == 0, "\(stopped)")
    try await world.expectNothingRunning()
    let down = try await world.ask("hot", "status")
    #expect(down.status == 1, "not healthy: \(down.outcome)")
    let started = try await world.quench("hot", "start")
    #expect(started.status == 0, "\(started)")
    let all = try await [world.greetings(at: 0), world.greetings(at: 1)]
    #expect(all.sorted() == ["{\"Ida\": 1}", "{}"], "with the data they had")
    let again = try await world.quench("hot", "start")
    #expect(again.status == 0, "nothing to do is no error: \(again)")
  }

  @Test(.world("greeter"))
  func startAlsoStartsWhatIsRetained() async throws {
    let world = try World.current
    let (old, new) = try await world.beginHotSet()
    try await world.deploy(old)
    try await world.deploy(new)
    _ = try await world.retainedIsReady()
    #expect(try await world.quench("hot", "stop").status == 0)
    #expect(try await world.quench("hot", "start").status == 0)
    let retained = try await world.hotStatus()["retained"][0]["instances"].array
    #expect(retained.map(\.["health"].string) == ["healthy", "healthy"])
    #expect(try await world.quench("hot", "rollback").status == 0)
    #expect(try await world.hotStatus()["instances"].array.map(\.["pid"]) == retained.map(\.["pid"]))
  }

  @Test(.world("greeter"))
  func servicesHaveSetsOfTheirOwn() async throws {
    let world = try World.current
    let (old, new) = try await world.beginHotSet()
    let file = GreeterConfiguration(instances: 1).text
    for name in ["one", "two"] {
      try world.write("\(name).yml", file.replacing("name: greeter", with: "name: \(name)"))
      world.atEnd { try await world.quench("hot", "stop", "--remove", "--config", "\(name).yml") }
    }
    try await world.commit("Describe two services")
    for (revision, name) in [(old, "one"), (new, "two")] {
      let outcome = try await world.quench("hot", "deploy", revision, "--config", "\(name).yml")
      #expect(outcome.status == 0, "\(outcome)")
    }
    let rollback = try await world.quench("hot", "rollback", "--config", "two.yml")
    #expect(rollback.status == 3, "nothing of this service is retained: \(rollback)")
    for (revision, name) in [(old, "one"), (new, "two")] {
      let status = try await world.ask("hot", "status", "--config", "\(name).yml")
      #expect(status.json["revision"].string == revision && status.status == 0, "\(status.outcome)")
      #expect(status.json["retained"].array.isEmpty)
    }
  }

  @Test(.world("greeter"))
  func removedSetIsGone() async throws {
    let world = try World.current
    let (old, new) = try await world.beginHotSet()
    try await world.deploy(old)
    try await world.deploy(new)
    let outcome = try await world.quench("hot", "stop", "--remove")
    #expect(outcome.status == 0, "\(outcome)")
    try await world.expectNothingRunning()
    #expect(try await world.ask("hot", "status").status == 3)
    #expect(try world.files(below: world.state.appending("instances")).isEmpty)
  }

  @Test(.world("greeter"))
  func deployThatFailsLeavesTheSetAsItWas() async throws {
    let world = try World.current
    let (old, _) = try await world.beginHotSet()
    try await world.deploy(old)
    _ = try await world.greet("Ida")
    let before = try await world.hotStatus()
    try world.write("greeter.py", "#!/usr/bin/env python3\nraise SystemExit('no greetings today')\n")
    let broken = try await world.commit("Break the start")
    let outcome = try await world.quench("hot", "deploy", broken)
    #expect(outcome.status == 3, "\(outcome)")
    #expect(outcome.text.contains("no greetings today"), "\(outcome)")
    let after = try await world.hotStatus()
    #expect(after["revision"].string == old)
    #expect(after["instances"].array.map(\.["pid"]) == before["instances"].array.map(\.["pid"]))
    #expect(try await world.greetings() == "{\"Ida\": 1}")
    let strays = ProcessTable.entries(ofWorld: world.root).filter { $0.command.contains("greeter --port") }
    #expect(strays.count { !$0.command.contains(" launch ") } == 2)
  }

  @Test(.world("greeter"))
  func deployOfWhatDoesNotBuildLeavesTheSetAsItWas() async throws {
    let world = try World.current
    let (old, _) = try await world.beginHotSet()
    try await world.deploy(old)
    try world.write("quench.yml", GreeterConfiguration(build: "echo no compiler; false", instances: 2).text)
    let broken = try await world.commit("Break the build")
    let outcome = try await world.quench("hot", "deploy", broken)
    #expect(outcome.status == 3, "\(outcome)")
    #expect(outcome.text.contains("no compiler"), "\(outcome)")
    #expect(try await world.hotStatus()["revision"].string == old)
    let unknown = try await world.quench("hot", "deploy", "nowhere")
    #expect(unknown.status == 64, "\(unknown)")
    #expect(try await world.hotStatus()["revision"].string == old)
  }

  @Test(.world("greeter"))
  func deadInstanceIsSaidAndStartedAgain() async throws {
    let world = try World.current
    let (old, _) = try await world.beginHotSet()
    try await world.deploy(old)
    let pid = pid_t(try #require(try await world.hotStatus()["instances"][0]["pid"].number))
    kill(pid, SIGKILL)
    #expect(try await comesTrue(within: .seconds(5)) { !ProcessTable.isRunning(pid) })
    let down = try await world.ask("hot", "status")
    #expect(down.status == 1, "\(down.outcome)")
    #expect(down.json["instances"].array.contains { $0["health"].string != "healthy" })
    let started = try await world.quench("hot", "start")
    #expect(started.status == 0, "\(started)")
    _ = try await world.hotStatus()
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
    let (old, _) = try await world.beginHotSet()
    try await world.deploy(old)
    let outcome = try await world.quench("hot", "rollback")
    #expect(outcome.text.contains("next:") || outcome.status == 0, "\(outcome)")
    #expect(try await world.hotStatus()["revision"].string == old)
    let unknown = try await world.quench("hot", "rollback", "nowhere")
    #expect(unknown.status == 64, "\(unknown)")
    #expect(try await world.hotStatus()["revision"].string == old)
  }

  @Test(.world("greeter"))
  func helpNeverActs() async throws {
    let world = try World.current
    let (old, new) = try await world.beginHotSet()
    try await world.deploy(old)
    try await world.deploy(new)
    for command in ["rollback", "stop", "deploy", "start"] {
      let outcome = try await world.quench("hot", command, "--help")
      #expect(outcome.status == 0 && outcome.stdout.contains("USAGE"))
    }
    #expect(try await world.hotStatus()["revision"].string == new)
  }

  /// CI runners clean their checkouts, and with them the folder that knows of the set.
  @Test(.world("greeter"))
  func setEndsWithTheFolderThatKnowsOfIt() async throws {
    let world = try World.current
    let (old, _) = try await world.beginHotSet()
    try await world.deploy(old)
    try #require(!ProcessTable.entries(ofWorld: world.root).isEmpty)
    try await world.git("clean", "-ffdxq")
    let ended = try await comesTrue(within: .seconds(15)) { ProcessTable.entries(ofWorld: world.root).isEmpty }
    #expect(ended, "\(ProcessTable.entries(ofWorld: world.root))")
  }
}
