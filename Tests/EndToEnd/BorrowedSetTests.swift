import Foundation
import SystemPackage
import Testing

/// Data and revision of a hot set that tests ran on: afterwards they are as they were before.
struct BorrowedSetTests {
  @Test(.world("greeter"))
  func verifyBorrowsTheSetAndLeavesNoTrace() async throws {
    let world = try World.current
    let (old, new) = try await world.beginHotSet()
    try await world.deploy(old)
    _ = try await world.greet("Ida")
    let answer = try await world.ask("verify", new)
    #expect(answer.json["rolled_back_to"].string == old, "\(answer.outcome)")
    #expect(answer.json["revision"].string == new)
    let after = try await world.hotStatus()
    #expect(after["revision"].string == old)
    #expect(try await world.greetings() == "{\"Ida\": 1}", "the data are as they were")
    #expect(try await world.greet("Ida").contains("Hello, Ida!"))
    let running = ProcessTable.entries(ofWorld: world.root).filter { $0.command.contains("greeter --port") }
    #expect(running.count { !$0.command.contains(" launch ") } == 2)
  }

  @Test(.world("greeter"))
  func failedVerifyRollsBackToo() async throws {
    let world = try World.current
    let (old, _) = try await world.beginHotSet()
    try await world.deploy(old)
    _ = try await world.greet("Ida")
    try world.write("greeter.py", "#!/usr/bin/env python3\nraise SystemExit('no greetings today')\n")
    let broken = try await world.commit("Break the start")
    let outcome = try await world.quench("verify", broken)
    #expect(outcome.status == 3, "\(outcome)")
    #expect(try await world.hotStatus()["revision"].string == old)
    #expect(try await world.greetings() == "{\"Ida\": 1}")
  }

  @Test(.world("greeter"))
  func secondVerificationLeavesTheBorrowedSetAlone() async throws {
    let world = try World.current
    let (old, new) = try await world.beginHotSet()
    try world.write("quench.yml", GreeterConfiguration(suites: [("check", "./smoke.sh || true")], instances: 2).text)
    try await world.deploy(old)
    async let one = world.ask("verify", new)
    async let two = world.ask("verify", old)
    let answers = try await [one, two]
    for answer in answers { #expect(answer.status == 0, "\(answer.outcome)") }
    #expect(answers.contains { $0.json["rolled_back_to"].string == old }, "one of them borrows it")
    let running = ProcessTable.entries(ofWorld: world.root).filter { $0.command.contains("greeter --port") }
    #expect(running.count { !$0.command.contains(" launch ") } == 2, "what the other one started has ended")
    #expect(try await world.hotStatus()["revision"].string == old)
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
