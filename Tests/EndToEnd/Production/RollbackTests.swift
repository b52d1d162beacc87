import Testing

/// Production goes back: once, further, to a revision, and across a promotion without a way back.
struct RollbackTests {
  @Test(.world("turncoat"))
  func askedTwiceItMovesOnce() async throws {
    let production = try await Production.begin(revisions: 3)
    let world = production.world
    try await production.serving { _ in
      for revision in production.revisions { try await production.promote(revision) }
      let back = try await world.ask("rollback")
      #expect(back.status == 0, "\(back.outcome)")
      #expect(back.json["schema"].string == "quench.promotion/v1")
      #expect(back.json["from"].string == production.revisions[2])
      #expect(back.json["to"].string == production.second)
      try production.answers(production.second)
      let pids = try await production.instances().compactMap(\.["pid"].number)
      let again = try await world.quench("rollback")
      #expect(again.status == 0, "\(again)")
      #expect(again.text.contains("--further"), "it says so: \(again)")
      #expect(again.text.contains("UNCHANGED"), "\(again)")
      #expect(try await production.instances().compactMap(\.["pid"].number) == pids)
      try production.answers(production.second)
      let further = try await world.ask("rollback", "--further")
      #expect(further.status == 0, "\(further.outcome)")
      #expect(further.json["to"].string == production.first)
      try production.answers(production.first)
      let end = try await world.quench("rollback", "--further")
      #expect(end.status == 3, "there is nothing further back: \(end)")
      try production.answers(production.first)
    }
  }

  @Test(.world("turncoat"))
  func goesToANamedRevision() async throws {
    let production = try await Production.begin(revisions: 3)
    let world = production.world
    try await production.serving { _ in
      for revision in production.revisions { try await production.promote(revision) }
      let shown = try await world.quench("rollback", production.first)
      #expect(shown.status == 0, "\(shown)")
      #expect(shown.text.contains("Revision 1"), "the commit's subject is shown: \(shown)")
      try production.answers(production.first)
      #expect(shown.text.contains("ROLLED BACK"), "\(shown)")
      let moves = try await world.ask("history", "--production")
      #expect(moves.json["moves"].array.count == 4, "\(moves.outcome)")
      #expect(
        moves.json["moves"][0]["to"].string == production.first && moves.json["moves"][0]["kind"].string == "rollback")
      let commits = try await world.ask("history").json["commits"].array
      let live = commits.filter { $0["production"]["live"].bool == true }.compactMap(\.["revision"].string)
      #expect(live == [production.first], "\(commits)")
      let there = try await world.quench("rollback", production.first)
      #expect(there.status == 0, "production is there: \(there)")
      let unknown = try await world.quench("rollback", "nowhere")
      #expect(unknown.status == 64, "\(unknown)")
      let never = try await production.addRevision("Never live")
      let refused = try await world.ask("rollback", never)
      #expect(refused.status == 1, "what was never live passes the gate first: \(refused.outcome)")
      #expect(refused.json["result"].string == "REFUSED")
      try production.answers(production.first)
    }
  }

  /// Before `done` the old set is retained: the way back is a change of route.
  @Test(.world("turncoat"))
  func retainedSetIsUsedAgain() async throws {
    let production = try await Production.begin()
    try await production.serving { _ in
      try await production.promote(production.first)
      let before = try await production.instances().compactMap(\.["pid"].number)
      try await production.promote(production.second)
      #expect(try await production.world.quench("rollback").status == 0)
      #expect(Set(try await production.instances().compactMap(\.["pid"].number)) == Set(before))
    }
  }

  @Test(.world("turncoat"))
  func noWayBackAsksForForce() async throws {
    let production = try await Production.begin()
    let world = production.world
    try await production.serving { _ in
      try await production.promote(production.first)
      let marked = try await world.quench("promote", production.second, "--no-way-back", "orders get a column")
      #expect(marked.status == 0, "\(marked)")
      let refused = try await world.ask("rollback")
      #expect(refused.status == 1, "\(refused.outcome)")
      #expect(refused.json["result"].string == "REFUSED", "\(refused.outcome)")
      let said = refused.json["reasons"].array.filter { $0["ok"].bool == false }
      #expect(said.contains { $0["detail"].string?.contains("orders get a column") == true }, "\(said)")
      #expect(said.contains { $0["next"].string?.contains("--force") == true }, "\(said)")
      try production.answers(production.second)
      let forced = try await world.quench("rollback", "--force")
      #expect(forced.status == 0, "\(forced)")
      try production.answers(production.first)
    }
  }

  @Test(.world("turncoat"))
  func survivesARestartOfServe() async throws {
    let production = try await Production.begin()
    try await production.serving { _ in
      for revision in production.revisions { try await production.promote(revision) }
    }
    try await production.serving { _ in
      let back = try await production.world.quench("rollback")
      #expect(back.status == 0, "\(back)")
      try production.answers(production.first)
      let again = try await production.world.quench("rollback")
      #expect(again.status == 0 && again.text.contains("--further"), "\(again)")
    }
  }
}
