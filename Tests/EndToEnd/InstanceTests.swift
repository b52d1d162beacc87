import Foundation
import Subprocess
import SystemPackage
import Testing

/// Services that do not behave: each gets a message of its own, and none is left running.
struct InstanceTests {
  private func faulty(_ mode: String, in world: World, more: [(String, String)] = []) async throws {
    try world.replace("FAULTY_MODE: healthy", by: "FAULTY_MODE: \(mode)", in: "quench.yml")
    try world.replace("start-timeout: 4s", by: "start-timeout: 3s", in: "quench.yml")
    for (text, other) in more { try world.replace(text, by: other, in: "quench.yml") }
    try await world.commit("Be faulty: \(mode)")
  }

  @Test(.world("greeter"))
  func instanceThatFellOverAndWasResetIsNotForgotten() async throws {
    let world = try World.current
    var configuration = GreeterConfiguration(
      suites: [
        (
          "falls",
          """
          curl --silent --request POST $QUENCH_BASE_URL/greetings/Ida
          while curl --silent --output /dev/null $QUENCH_BASE_URL/health; do sleep 0.02; done
          exec curl --silent --fail --request POST $QUENCH_RESET_URL
          """
        )
      ])
    configuration.run = """
      (until test -e data/counts.json; do sleep 0.02; done; kill -9 $$) &
      exec ./greeter --port ${PORT}
      """
    try world.write("quench.yml", configuration.text)
    try await world.commit("Fall over after the first greeting")
    let answer = try await world.ask("verify")
    #expect(answer.status == 3, "\(answer.outcome)")
    #expect(answer.json["suites"][0]["result"].string == "ERROR")
    #expect(answer.outcome.text.contains("while the suite ran"), "\(answer.outcome)")
  }

  @Test(.world("greeter"))
  func everySuiteMeetsTheArtifactsOwnFiles() async throws {
    let world = try World.current
    var configuration = GreeterConfiguration(service: [], suites: [("first", "true"), ("second", "true")])
    // Where an earlier start left its folder, this one fails.
    configuration.run = "mkdir left && mv greeter left/ && exec left/greeter --port ${PORT}"
    try world.write("quench.yml", configuration.text)
    try await world.commit("Change the artifact")
    let outcome = try await world.quench("verify")
    #expect(outcome.passed, "\(outcome)")
  }

  @Test(.world("faulty"))
  func healthyServicePasses() async throws {
    let outcome = try await World.current.quench("verify")
    #expect(outcome.passed, "\(outcome)")
  }

  @Test(.world("faulty"), arguments: [("never-healthy", "503"), ("garbage", "health"), ("never-listens", "port")])
  func serviceThatIsNeverHealthyIsAnError(mode: String, word: String) async throws {
    let world = try World.current
    try await faulty(mode, in: world)
    let outcome = try await world.quench("verify")
    #expect(outcome.status == 3, "\(outcome)")
    #expect(outcome.text.contains("3.0 s"), "how long it was given: \(outcome)")
    #expect(outcome.text.contains(word), "\(outcome)")
    #expect(outcome.text.contains("faulty: \(mode)"), "its last log lines: \(outcome)")
    #expect(outcome.text.contains("next:"))
    try await world.expectNothingRunning()
  }

  @Test(.world("greeter"))
  func serviceThatTakesItsTimeIsToldOfWithItsLastAnswer() async throws {
    let world = try World.current
    var configuration = GreeterConfiguration(suites: [("check", "true")])
    // It begins when it was told of.
    configuration.run = "until [ -e $HOME/.cache/told ]; do sleep 0.1; done; exec ./greeter --port ${PORT}"
    try world.write("quench.yml", configuration.text)
    try await world.commit("Take some time")
    let outcome = try await world.quench("verify") { running in
      try await running.prints("refuses connections")
      try world.write(world.home.pushing(FilePath(".cache/told")).string, "yes")
    }
    #expect(outcome.passed, "\(outcome)")
    #expect(outcome.stderr.contains("to be healthy, 3 s of at most 30 s: port"), "\(outcome)")
  }

  @Test(.world("faulty"))
  func exitAtStartShowsStatusAndLogAtOnce() async throws {
    let world = try World.current
    try await faulty("exit-at-once", in: world, more: [("start-timeout: 3s", "start-timeout: 60s")])
    let clock = ContinuousClock()
    let start = clock.now
    let outcome = try await world.quench("verify")
    #expect(clock.now - start < .seconds(20), "nobody waits for what has ended")
    #expect(outcome.status == 3, "\(outcome)")
    #expect(outcome.text.contains("licence server is closed on Sundays"), "\(outcome)")
    #expect(outcome.text.contains("status 3") || outcome.text.contains("exited with 3"), "\(outcome)")
    #expect(outcome.text.contains("next:"))
  }

  @Test(.world("faulty"))
  func otherPortIsNotOurs() async throws {
    let world = try World.current
    try await faulty("other-port", in: world)
    let outcome = try await world.quench("verify")
    #expect(outcome.status == 3, "\(outcome)")
    #expect(outcome.text.contains("port") && outcome.text.contains("PORT"), "which it should have taken: \(outcome)")
    try await world.expectNothingRunning()
  }

  @Test(.world("faulty"))
  func answerOfAForeignProcessIsNotHealth() async throws {
    // The port is answered, correctly, but by a process that is none of the instance's.
    let world = try World.current
    let port = try await world.tool(
      "python3", "-c", "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])")
    let foreign = Command(
      executable: .path("/bin/sh"), arguments: ["-c", "exec python3 faulty.py --port \(port)"],
      environment: world.environment.merging(["QUENCH_REVISION": "any"]) { $1 }, folder: world.repository)
    try world.replace(
      "run: ./faulty.py --port ${PORT}", by: "run: echo port ${PORT} is taken; exit 1", in: "quench.yml")
    try world.replace(
      "health: { path: /health,", by: "health: { command: \"curl --silent --fail 127.0.0.1:\(port)/health\",",
      in: "quench.yml")
    try await world.commit("Die while somebody else answers")
    _ = try await foreign.run { server in
      try await server.prints("healthy on")
      let outcome = try await world.quench("verify")
      #expect(outcome.status == 3, "\(outcome)")
      #expect(outcome.text.contains("is taken"), "\(outcome)")
      server.send(SIGTERM)
    }
  }

  @Test(.world("faulty"))
  func socketOfAnotherSessionIsNotOurs() async throws {
    let world = try World.current
    try world.replace(
      "run: ./faulty.py --port ${PORT}",
      by: "run: setsid -f ./faulty.py --port ${PORT}; exec sleep 600", in: "quench.yml")
    try world.replace("start-timeout: 4s", by: "start-timeout: 3s", in: "quench.yml")
    try await world.commit("Serve from another session")
    let outcome = try await world.quench("verify")
    #expect(outcome.status == 3, "\(outcome)")
    try await world.expectNothingRunning()
  }

  @Test(.world("faulty"), arguments: ["ignore-term", "stray-child", "slow-stop"])
  func stopEndsTheWholeSession(mode: String) async throws {
    let world = try World.current
    try await faulty(mode, in: world)
    let outcome = try await world.quench("verify")
    #expect(outcome.passed, "\(outcome)")
    // Before anything cleans up: Quench is done when everything has ended.
    let left = ProcessTable.entries(ofWorld: world.root)
    #expect(left.isEmpty)
  }

  @Test(.world("faulty"), arguments: [("exit-after", "4"), ("abort-after", "ABRT")])
  func deathDuringASuiteShowsStatusAndLog(mode: String, word: String) async throws {
    let world = try World.current
    try await faulty(mode, in: world)
    let outcome = try await world.quench("verify")
    #expect([1, 3].contains(outcome.status), "\(outcome)")
    let last = mode == "exit-after" ? "exiting after 3 requests" : "aborting after 3 requests"
    #expect(outcome.text.contains(last), "its last log lines: \(outcome)")
    #expect(outcome.text.contains(word) || outcome.text.contains("signal 6"), "its status: \(outcome)")
    try await world.expectNothingRunning()
  }

  @Test(.world("faulty"))
  func instanceThatDiesUnderAnIgnorantSuiteDoesNotPass() async throws {
    // The suite kills the service and looks away.
    let world = try World.current
    try await faulty("exit-after", in: world)
    let ask = "for n in 1 2 3 4; do curl --silent --max-time 2 $QUENCH_BASE_URL/$n; done; true"
    try world.replace("command: ./smoke.sh", by: "command: \"\(ask)\"", in: "quench.yml")
    let answer = try await world.ask("verify")
    #expect(answer.json["result"].string != "PASSED", "\(answer.outcome)")
    #expect(answer.status != 0)
  }

  @Test(.world("faulty"))
  func talkativeServiceDoesNotHoldAnybodyUp() async throws {
    let world = try World.current
    try await faulty("fill-log", in: world)
    let outcome = try await world.quench("verify")
    #expect(outcome.passed, "\(outcome)")
  }

  @Test(
    .world("greeter"), arguments: ["{ tcp: true }", "{ command: \"curl --silent --fail 127.0.0.1:${PORT}/health\" }"])
  func healthMayBeAPortOrACommand(health: String) async throws {
    let world = try World.current
    let options = "interval: 100ms, start-timeout: 20s }"
    try world.replace(
      "health: { path: /health, interval: 100ms, timeout: 2s, rise: 2, fall: 3, start-timeout: 20s }",
      by: "health: " + health.replacing(" }", with: ", " + options), in: "quench.yml")
    try await world.commit("Other health")
    let outcome = try await world.quench("verify")
    #expect(outcome.passed, "\(outcome)")
  }

  @Test(.world("greeter"))
  func failingHealthCommandIsNeverHealthy() async throws {
    let world = try World.current
    try world.replace(
      "health: { path: /health, interval: 100ms, timeout: 2s, rise: 2, fall: 3, start-timeout: 20s }",
      by: "health: { command: echo not yet; exit 1, interval: 100ms, start-timeout: 2s }", in: "quench.yml")
    try await world.commit("Never healthy")
    let outcome = try await world.quench("verify")
    #expect(outcome.status == 3, "\(outcome)")
    #expect(outcome.text.contains("not yet"), "what the command said: \(outcome)")
  }

  /// An instance that nobody used speaks for the build as well as those that suites had.
  @Test(.world("greeter"))
  func instanceThatEndsUnusedIsAnError() async throws {
    let world = try World.current
    var configuration = GreeterConfiguration(suites: [("check", "sleep 1.5")], instances: 2)
    configuration.run = """
      case $QUENCH_INSTANCE_ID in *-2) ./greeter --port ${PORT} & sleep 1; echo giving up; kill -9 $!; exit 9;; esac
      exec ./greeter --port ${PORT}
      """
    try world.write("quench.yml", configuration.text)
    try await world.commit("Give up")
    let answer = try await world.ask("verify")
    #expect(answer.status == 3 && answer.json["result"].string == "ERROR", "\(answer.outcome)")
    #expect(answer.outcome.text.contains("giving up"), "\(answer.outcome)")
  }
}
