import Testing

/// What is not promoted, and what is said about it.
struct GateTests {
  @Test(.world("turncoat"))
  func unverifiedFailedAndLiveRevisionsAreRefused() async throws {
    let production = try await Production.begin(revisions: 1)
    let world = production.world
    try await production.serving { _ in
      try await production.promote(production.first)
      try await production.refuses(production.first, because: "live")
      let bad = try await production.addRevision("A bad one", bad: true)
      try await production.refuses(bad, because: "no passing verdict")
      #expect(try await world.quench("verify", bad).status == 1)
      try await production.refuses(bad, because: "smoke failed")
      let unknown = try await world.quench("promote", "nowhere")
      #expect(unknown.status == 64, "\(unknown)")
      try production.answers(production.first)
    }
  }

  /// A thousand instances as heavy as those that are live.
  @Test(.world("turncoat"))
  func setWithoutRoomIsRefused() async throws {
    let production = try await Production.begin(revisions: 1, faultsOfTheLast: ["heavy"])
    try await production.serving { _ in
      try await production.promote(production.first)
      let next = try await production.addRevision("Another one")
      let verdict = try await production.world.quench("verify", next)
      #expect(verdict.status == 0, "\(verdict)")
      var large = production.configuration
      large.coldInstances = 1000
      try production.world.write("quench.yml", large.text)
      try await production.refuses(next, because: "a second set needs")
    }
  }

  /// A commit that only adds a test which fails makes the bytes of the commit before it.
  @Test(.world("turncoat"))
  func verdictOfOtherTestsOnTheSameBytesDoesNotCount() async throws {
    let production = try await Production.begin()
    let world = production.world
    try world.write("bad", "")
    let bad = try await world.commit("Test more")
    try world.write("note", "")
    let noted = try await world.commit("Only a note")
    try await production.serving { _ in
      try await production.promote(production.first)
      let failed = try await world.ask("verify", bad)
      let passed = try await world.ask("verify", production.second)
      #expect(failed.status == 1 && passed.status == 0)
      #expect(failed.json["build"]["digest"] == passed.json["build"]["digest"], "the same bytes")
      try await production.refuses(bad, because: "smoke failed")
      try await production.refuses(noted, because: "no passing verdict")
      try await production.promote(production.second)
    }
  }

  @Test(.world("turncoat"))
  func verdictOfOtherSuitesDoesNotCount() async throws {
    let production = try await Production.begin()
    try await production.serving { _ in
      try await production.promote(production.first)
      var changed = production.configuration
      changed.smoke = "test ! -e worse"
      try production.world.write("quench.yml", changed.text)
      try await production.refuses(production.second, because: "smoke")
      try production.world.write("quench.yml", production.configuration.text)
      try await production.promote(production.second)
    }
  }

  @Test(.world("turncoat"))
  func nothingIsPromotedWhileFrozen() async throws {
    let production = try await Production.begin()
    let world = production.world
    try await production.serving { _ in
      try await production.promote(production.first)
      let frozen = try await world.quench("freeze", "the sale runs until Monday")
      #expect(frozen.status == 0, "\(frozen)")
      #expect(try await world.quench("freeze", " ").status == 64, "a reason is needed")
      try await production.refuses(production.second, because: "the sale runs until Monday")
    }
    try await production.serving { _ in
      try await production.refuses(production.second, because: "the sale runs until Monday")
      let thawed = try await world.quench("unfreeze")
      #expect(thawed.status == 0, "\(thawed)")
      try await production.promote(production.second)
      #expect(try await world.quench("freeze", "again").status == 0)
      let back = try await world.quench("rollback")
      #expect(back.status == 0, "rollbacks go on: \(back)")
      try production.answers(production.first)
    }
  }
}
