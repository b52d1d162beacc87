import SystemPackage
import Testing

/// Production takes what trusted keys have signed, and what it decided is signed in turn.
struct EvidenceGateTests {
  @Test(.world("turncoat"))
  func onlySignedBuildsGoToProduction() async throws {
    let production = try await Production.begin()
    let world = production.world
    let ci = try await world.makeKey(), host = try await world.makeKey("host.pem")
    let text = try world.read(world.repository.appending("quench.yml"))
    try world.write("quench.yml", text.replacing("gate: {", with: "gate: { signers: [\(ci).pub],"))
    try await production.serving(environment: ["QUENCH_SIGNING_KEY": host]) { _ in
      let refused = try await world.ask("promote", production.first)
      #expect(refused.status == 1 && refused.json["result"].string == "REFUSED", "\(refused.outcome)")
      #expect(try await production.instances().isEmpty, "nothing was started")
      let signed = try await world.quench(
        "evidence", "sign", production.first, environment: ["QUENCH_SIGNING_KEY": ci])
      #expect(signed.status == 0, "\(signed)")
      try await production.promote(production.first)
      try production.answers(production.first)
    }
    let evidence = try await world.ask("evidence", "verify", production.first, "--signer", host + ".pub")
    let decisions = evidence.json["statements"].array.filter {
      $0["kind"].string == "decision" && $0["holds"].bool == true
    }
    #expect(decisions.compactMap(\.["result"].string) == ["PASSED"], "\(evidence.outcome)")
  }

  /// What `why` says before is what `promote` decides after.
  @Test(.world("turncoat"))
  func whyForetellsWhatPromoteDecides() async throws {
    let production = try await Production.begin()
    let world = production.world
    @Sendable func compare(_ revision: String) async throws {
      let told = try await world.ask("why", revision), decided = try await world.ask("promote", revision)
      func rules(_ json: JSONValue) -> [String] {
        json["reasons"].array.map { "\($0["rule"].string ?? "") \($0["ok"].bool == true) \($0["detail"].string ?? "")" }
      }
      #expect(rules(told.json) == rules(decided.json), "\(told.outcome)\n\(decided.outcome)")
      #expect(told.status == decided.status)
    }
    try await production.serving { _ in
      try await compare(production.first)
      try await compare(production.first)
      let never = try await production.addRevision("Never verified")
      try await compare(never)
      #expect(try await world.quench("freeze", "the sale").status == 0)
      try await compare(production.second)
      #expect(try await world.quench("unfreeze").status == 0)
      try await compare(production.second)
    }
    #expect(try await world.quench("why", production.first).status == 0, "without a serve as well")
  }
}
