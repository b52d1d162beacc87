import Testing

/// What the gate refuses is promoted where somebody says why, and nobody can overlook it afterwards.
struct OverrideTests {
  private static let reason = "checkout is down"

  @Test(.world("turncoat"))
  func failedBuildIsPromotedAgainstTheGateAndLoudly() async throws {
    let production = try await Production.begin(revisions: 1)
    let world = production.world
    let bad = try await production.addRevision("A bad one", bad: true)
    let served = try await production.serving("--metrics", "127.0.0.1:0") { _ in
      try await production.promote(production.first)
      let unbuilt = try await world.ask("promote", bad, "--override", Self.reason)
      #expect(unbuilt.status == 1 && unbuilt.json["override"] == .null, "there are no bytes of it: \(unbuilt.outcome)")
      #expect(try await world.quench("verify", bad).status == 1)
      #expect(try await world.quench("freeze", "the sale runs").status == 0)
      #expect(try await world.quench("promote", bad).status == 1, "the gate has the last word")
      #expect(try await world.quench("promote", bad, "--override", " ").status == 64, "a reason is needed")

      let answer = try await world.ask("promote", bad, "--override", Self.reason)
      #expect(answer.status == 0 && answer.json["result"].string == "PROMOTED", "\(answer.outcome)")
      #expect(answer.json["override"].string == Self.reason)
      let overridden = answer.json["reasons"].array.filter { $0["overridden"].bool == true }
      #expect(overridden.compactMap(\.["rule"].string) == ["freeze", "suite-smoke"], "\(answer.outcome)")
      #expect(overridden.allSatisfy { $0["ok"].bool == false }, "it is not held for good: \(answer.outcome)")
      try production.answers(bad)

      let status = try await world.ask("status")
      #expect(status.json["override"]["reason"].string == Self.reason, "\(status.outcome)")
      #expect(status.json["override"]["rules"].array.compactMap(\.string) == ["freeze", "suite-smoke"])
      #expect(try await world.quench("status").text.contains("OVERRIDDEN"))
      #expect(try await world.quench("history", "--production").text.contains("OVERRIDDEN: \(Self.reason)"))
      #expect(try await world.quench("history").text.contains("OVERRIDDEN"))
      let audit = try await world.ask("audit")
      let line = try #require(audit.json["events"].array.first { $0["event"].string == "overridden" })
      #expect(line["reason"].string == Self.reason && line["revision"].string == bad, "\(audit.outcome)")
      #expect(line["actor"].string?.isEmpty == false)

      #expect(try await world.quench("rollback").status == 0)
      #expect(try await production.status()["override"] == .null, "what is live now was let pass")
      #expect(try await world.quench("rollback", bad).status == 0)
      #expect(try await production.status()["override"]["reason"].string == Self.reason, "it is no better for that")
      #expect(try await world.quench("history").text.contains("OVERRIDDEN"))
    }
    #expect(served.stdout.contains("overridden cold"), "\(served)")
  }

  @Test(.world("turncoat"))
  func overridingWhatTheGateLetsPassIsAPromotionLikeAnyOther() async throws {
    let production = try await Production.begin()
    try await production.serving { _ in
      try await production.promote(production.first)
      let answer = try await production.world.ask("promote", production.second, "--override", Self.reason)
      #expect(answer.status == 0 && answer.json["override"] == .null, "\(answer.outcome)")
      #expect(try await production.status()["override"] == .null)
      let again = try await production.world.ask("promote", production.second, "--override", Self.reason)
      #expect(again.status == 1, "what is live already is no matter of the gate: \(again.outcome)")
    }
  }

  @Test(.world("turncoat"))
  func signedDecisionSaysThatItWasRefused() async throws {
    let production = try await Production.begin(revisions: 1)
    let world = production.world
    let key = try await world.makeKey()
    let bad = try await production.addRevision("A bad one", bad: true)
    try await production.serving(environment: ["QUENCH_SIGNING_KEY": key]) { _ in
      let verdict = try await world.quench("verify", bad)
      #expect(verdict.status == 1, "\(verdict)")
      let promoted = try await world.quench("promote", bad, "--override", Self.reason)
      #expect(promoted.status == 0, "\(promoted)")
    }
    let evidence = try await world.ask("evidence", "verify", bad, "--signer", key + ".pub")
    let decisions = evidence.json["statements"].array.filter { $0["kind"].string == "decision" }
    #expect(decisions.compactMap(\.["result"].string) == ["FAILED"], "\(evidence.outcome)")
    #expect(decisions.allSatisfy { $0["holds"].bool == true }, "\(evidence.outcome)")
  }
}
