import Foundation
import SystemPackage
import Testing

/// Evidence that goes from one clone to another by way of a bare remote.
struct TravelTests {
  @Test(.world("greeter"))
  func evidenceTravelsBetweenClones() async throws {
    let world = try World.current
    let (commit, key, line) = try await world.signedCommit()
    let remote = world.root.appending("remote.git").string
    try await world.git("clone", "--quiet", "--bare", ".", remote)
    try await world.git("remote", "add", "origin", remote)
    let pushed = try await world.ask("evidence", "push", environment: ["QUENCH_SIGNING_KEY": key])
    #expect(pushed.status == 0, "\(pushed.outcome)")
    #expect(pushed.json["schema"].string == "quench.evidence/v1")
    #expect(pushed.json["sent"].bool == true && pushed.json["remote"].string == "origin")

    let clone = world.root.appending("clone")
    try await world.git("clone", "--quiet", remote, clone.string)
    let before = try await world.quench("evidence", "verify", "--signer", key + ".pub", in: clone)
    #expect(before.status == 1 && before.stderr.contains("quench evidence fetch"), "\(before)")
    let fetched = try await world.quench("evidence", "fetch", in: clone)
    #expect(fetched.status == 0 && fetched.stdout.contains("received"), "\(fetched)")
    let held = try await world.quench("evidence", "verify", commit, "--signer", key + ".pub", in: clone)
    #expect(held.status == 0, "\(held)")
    #expect(try await world.verdictLines(in: clone) == [line])

    // The other way, with a key of its own; both sides end with both.
    let second = try await world.makeKey("second.pem")
    let signed = try await world.quench("verify", environment: ["QUENCH_SIGNING_KEY": second], in: clone)
    #expect(signed.status == 0, "\(signed)")
    #expect(try await world.quench("evidence", "push", in: clone).status == 0)
    #expect(try await world.quench("evidence", "fetch").status == 0)
    #expect(try await world.verdictLines().count == 2)
    let both = try await world.ask("evidence", "verify", "--signer", key + ".pub", "--signer", second + ".pub")
    #expect(
      both.json["statements"].array.count { $0["kind"].string == "verdict" && $0["holds"].bool == true } == 2,
      "\(both.outcome)")
    let exported = try await world.quench("evidence", "export", "--output", "evidence.jsonl")
    #expect(exported.status == 0, "\(exported)")
    let lines = try world.read(world.repository.appending("evidence.jsonl")).split(separator: "\n").map(String.init)
    #expect(Set(lines) == Set(try await world.noteLines()))
  }

  /// Whoever takes lines out of the notes takes them from nobody else.
  @Test(.world("greeter"))
  func removedEvidenceStaysWithThoseWhoHaveIt() async throws {
    let world = try World.current
    let (_, key, line) = try await world.signedCommit()
    let remote = world.root.appending("remote.git").string, clone = world.root.appending("clone")
    try await world.git("clone", "--quiet", "--bare", ".", remote)
    try await world.git("remote", "add", "origin", remote)
    #expect(try await world.quench("evidence", "push").status == 0)
    try await world.git("clone", "--quiet", remote, clone.string)
    #expect(try await world.quench("evidence", "fetch", in: clone).status == 0)
    try await world.git("notes", "--ref=quench", "remove", "HEAD", in: clone)
    try await world.git("push", "--quiet", "origin", "refs/notes/quench", in: clone)
    #expect(try await world.quench("evidence", "fetch").status == 0)
    #expect(try await world.verdictLines() == [line])
    #expect(try await world.quench("evidence", "verify", "--signer", key + ".pub").status == 0)
    #expect(try await world.quench("evidence", "push").status == 0)
    #expect(try await world.quench("evidence", "fetch", in: clone).status == 0)
    #expect(try await world.verdictLines(in: clone) == [line])
  }

  @Test(.world("greeter"))
  func processesThatSignAtOnceLoseNothing() async throws {
    let world = try World.current
    let (_, _, _) = try await world.signedCommit()
    var keys: [String] = []
    for number in 0..<4 { keys.append(try await world.makeKey("key-\(number).pem")) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for key in keys {
        group.addTask {
          let outcome = try await world.quench("evidence", "sign", environment: ["QUENCH_SIGNING_KEY": key])
          #expect(outcome.status == 0, "\(outcome)")
        }
      }
      try await group.waitForAll()
    }
    #expect(try await world.verdictLines().count == 5)
  }

  @Test(.world)
  func aRemoteThatIsNotThereIsAnError() async throws {
    let world = try World.current
    try await world.commit("Begin")
    let none = try await world.quench("evidence", "push")
    #expect(none.status == 64 && none.stderr.contains("no remote"), "\(none)")
    let nowhere = try await world.ask("evidence", "fetch", world.root.appending("nowhere").string)
    #expect(nowhere.status == 3 && nowhere.json["code"].string == "remote-unreachable", "\(nowhere.outcome)")
  }
}
