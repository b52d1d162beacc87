import Foundation
import SystemPackage
import Testing

/// Ctrl-C, TERM and SIGKILL at every stage: nothing stays behind, and the next run works.
struct InterruptionTests {
  enum Stage: String, CaseIterable, Sendable { case build, start, suite }

  /// A service that hangs in one stage as long as there is no file `mended` in the packages' caches.
  private func hang(in stage: Stage, of world: World) async throws {
    let hang = "[ -e $HOME/.cache/mended ] || { touch $TMPDIR/hanging; sleep 300; }"
    var configuration = GreeterConfiguration(suites: [("check", "true")], instances: 2)
    switch stage {
    case .build: configuration.build = hang + "\n" + configuration.build
    case .start: configuration.run = hang + "; exec ./greeter --port ${PORT}"
    case .suite: configuration.suites = [("check", hang)]
    }
    try world.write("quench.yml", configuration.text)
    try await world.commit("Hang in the \(stage)")
  }

  /// Waits until the command that hangs does so.
  private func reaches(_ stage: Stage, in world: World) async throws {
    let hangs = try await comesTrue(within: .seconds(30)) {
      ProcessTable.entries(ofWorld: world.root).contains { $0.command == "sleep 300" }
    }
    try #require(hangs, "the \(stage) was never reached")
  }

  private func mend(_ world: World) throws {
    try world.write(world.home.pushing(FilePath(".cache/mended")).string, "yes")
  }

  @Test(.world("greeter"), arguments: Stage.allCases)
  func controlCStopsEverything(in stage: Stage) async throws {
    let world = try World.current
    try await hang(in: stage, of: world)
    let outcome = try await world.quench("verify") { running in
      try await reaches(stage, in: world)
      running.send(SIGINT, toGroup: true)
    }
    #expect(outcome.status == 130, "\(outcome)")
    let left = ProcessTable.entries(ofWorld: world.root)
    #expect(left.isEmpty, "when it ends, all has ended")
    let known = try await world.ask("history").json["commits"][0]
    #expect(known["result"] == .null, "what was interrupted is no verdict: \(known)")
    try mend(world)
    let second = try await world.quench("verify")
    #expect(second.passed, "\(second)")
  }

  /// Sends TERM to a verification that has come to a stage, and says how long it took to end after that.
  private func terminate(in stage: Stage, of world: World) async throws -> (outcome: Outcome, took: Duration) {
    let clock = ContinuousClock()
    let sent = Instants()
    let outcome = try await world.quench("verify") { running in
      try await reaches(stage, in: world)
      await sent.note(clock.now)
      running.send(SIGTERM)
    }
    return (outcome, clock.now - (try #require(await sent.instant)))
  }

  @Test(.world("greeter"), arguments: Stage.allCases)
  func terminationStopsEverythingWithinTenSeconds(in stage: Stage) async throws {
    let world = try World.current
    try await hang(in: stage, of: world)
    let (outcome, took) = try await terminate(in: stage, of: world)
    #expect(took < .seconds(10))
    #expect(outcome.status == 130, "\(outcome)")
    let left = ProcessTable.entries(ofWorld: world.root)
    #expect(left.isEmpty, "when it ends, all has ended")
    try mend(world)
    #expect(try await world.quench("verify").passed)
  }

  @Test(.world("greeter"))
  func processesThatIgnoreTerminationAreGoneInTimeToo() async throws {
    let world = try World.current
    try world.write("quench.yml", GreeterConfiguration.stubborn.text)
    try await world.commit("Ignore every request to stop")
    let (outcome, took) = try await terminate(in: .suite, of: world)
    #expect(took < .seconds(9))
    #expect(outcome.status == 130, "\(outcome)")
    let left = ProcessTable.entries(ofWorld: world.root)
    #expect(left.isEmpty, "when it ends, all has ended")
    let logs = try world.text(below: world.state.appending("logs"))
    #expect(logs.contains("cleaned hot-"), "what cleans up has had its time: \(logs)")
  }

  @Test(.world("greeter"), arguments: [[SIGINT, SIGINT], [SIGINT, SIGTERM], [SIGTERM, SIGTERM], [SIGHUP, SIGHUP]])
  func secondSignalLeavesNothingBehind(signals: [Int32]) async throws {
    let world = try World.current
    var configuration = GreeterConfiguration(
      service: ["data: data", "cleanup: sleep 1; echo cleaned $QUENCH_INSTANCE_ID"], suites: [("check", "sleep 300")])
    configuration.instances = 2
    try world.write("quench.yml", configuration.text)
    try await world.commit("Clean up slowly")
    let outcome = try await world.quench("verify") { running in
      try await reaches(.suite, in: world)
      for signal in signals {
        running.send(signal, toGroup: true)
        // Two of the same kind that wait together are one.
        _ = try await comesTrue(within: .seconds(5)) {
          !ProcessTable.entries(ofWorld: world.root).contains { $0.command == "sleep 300" }
        }
      }
    }
    #expect(outcome.status == 130, "\(outcome)")
    let left = ProcessTable.entries(ofWorld: world.root)
    #expect(left.isEmpty, "when it ends, all has ended")
    let logs = try world.text(below: world.state.appending("logs"))
    #expect(logs.contains("cleaned hot-"), "\(logs)")
    #expect(try world.files(below: world.state.appending("instances")).isEmpty)
  }

  @Test(.world("greeter"), arguments: Stage.allCases)
  func nextCommandEndsWhatAKilledRunLeft(in stage: Stage) async throws {
    let world = try World.current
    try await hang(in: stage, of: world)
    let outcome = try await world.quench("verify") { running in
      try await reaches(stage, in: world)
      running.send(SIGKILL)
    }
    #expect(outcome.status == 137)
    let next = try await world.quench("history")
    #expect(next.status == 0, "\(next)")
    try await world.expectNothingRunning()
    try mend(world)
    let second = try await world.quench("verify")
    #expect(second.passed, "\(second)")
    #expect(try world.files(below: world.state.appending("instances")).isEmpty)
    #expect(try world.files(below: world.temporary).isEmpty)
    #expect(try world.files(below: world.state.appending("run")).filter { $0.hasPrefix("owner-") }.count <= 1)
  }

  /// A compiler goes on where its launcher was killed as well, in a slot that the next build would take.
  @Test(.world("greeter"))
  func nextCommandEndsABuildWhoseLauncherWasKilledToo() async throws {
    let world = try World.current
    try await hang(in: .build, of: world)
    let outcome = try await world.quench("verify") { running in
      try await reaches(.build, in: world)
      // It must not see its launchers end.
      running.send(SIGSTOP)
      for entry in ProcessTable.entries(ofWorld: world.root) where entry.command.contains(" launch ") {
        kill(entry.pid, SIGKILL)
      }
      running.send(SIGKILL)
    }
    #expect(outcome.status == 137)
    let left = ProcessTable.entries(ofWorld: world.root)
    #expect(left.contains { $0.command == "sleep 300" }, "nobody has ended it yet: \(left)")
    let next = try await world.quench("history")
    #expect(next.status == 0, "\(next)")
    try await world.expectNothingRunning()
    try mend(world)
    #expect(try await world.quench("verify").passed)
  }

  @Test(.world("greeter"), arguments: [SIGINT, SIGTERM, SIGKILL])
  func keptSetIsBackOnItsBaseline(after signal: Int32) async throws {
    let world = try World.current
    world.atEnd { try await world.quench("hot", "stop", "--remove") }
    let old = try await world.git("rev-parse", "HEAD")
    try #require(try await world.quench("hot", "deploy", old).status == 0)
    let before = try await world.ask("hot", "status").json
    _ = try await world.get("/greetings/Ida", port: before["instances"][0]["port"], method: "POST")
    try world.write("note", "another build")
    try await hang(in: .suite, of: world)
    let outcome = try await world.quench("verify") { running in
      try await reaches(.suite, in: world)
      running.send(signal, toGroup: signal == SIGINT)
    }
    #expect(outcome.status == (signal == SIGKILL ? 137 : 130), "\(outcome)")
    if signal == SIGKILL { #expect(try await world.quench("history").status == 0) }
    let after = try await world.ask("hot", "status")
    #expect(after.status == 0, "\(after.outcome)")
    #expect(after.json["revision"].string == old)
    let greetings = try await world.get("/greetings", port: after.json["instances"][0]["port"])
    #expect(greetings == "{\"Ida\": 1}", "with the data as they were")
  }

  @Test(.world("greeter"))
  func killedDeployLeavesAWorkingSet() async throws {
    let world = try World.current
    world.atEnd { try await world.quench("hot", "stop", "--remove") }
    let old = try await world.git("rev-parse", "HEAD")
    try #require(try await world.quench("hot", "deploy", old).status == 0)
    try await hang(in: .start, of: world)
    let outcome = try await world.quench("hot", "deploy") { running in
      try await reaches(.start, in: world)
      running.send(SIGKILL)
    }
    #expect(outcome.status == 137)
    let status = try await world.ask("hot", "status")
    #expect(status.status == 0, "\(status.outcome)")
    #expect(status.json["revision"].string == old)
    let hanging = try await comesTrue(within: .seconds(3)) {
      !ProcessTable.entries(ofWorld: world.root).contains { $0.command == "sleep 300" }
    }
    #expect(hanging, "what the killed deployment started is ended")
    try mend(world)
    let again = try await world.quench("hot", "deploy")
    #expect(again.status == 0, "\(again)")
  }

  @Test(.world("greeter"))
  func interruptedRunLeavesNoVerdict() async throws {
    let world = try World.current
    try await hang(in: .suite, of: world)
    let outcome = try await world.quench("verify", "--format", "json") { running in
      try await reaches(.suite, in: world)
      running.send(SIGINT, toGroup: true)
    }
    #expect(outcome.status == 130)
    let document = try JSONValue(document: outcome.stdout)
    #expect(document["schema"].string == "quench.error/v1", "\(outcome)")
    #expect(document["code"].string == "interrupted", "\(outcome)")
    let history = try await world.ask("history")
    let results = history.json["commits"].array.compactMap(\.["result"].string)
    #expect(!results.contains("PASSED") && !results.contains("FAILED"), "\(results)")
  }
}

/// When something happened, told from one task to another.
private actor Instants {
  private(set) var instant: ContinuousClock.Instant?

  func note(_ now: ContinuousClock.Instant) { instant = now }
}
