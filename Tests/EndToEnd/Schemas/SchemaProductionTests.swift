import Foundation
import SystemPackage
import Testing

/// What commands write about production is as the schemas in `fixtures/schemas` say.
@Suite(.enabled(if: SchemaCheck.isPossible, "apt-get install python3-yaml python3-jsonschema"))
struct SchemaProductionTests {
  @Test(.world("turncoat"))
  func productionAndItsMoves() async throws {
    let production = try await Production.begin()
    let world = production.world, check = SchemaCheck()
    let (first, second) = (production.first, production.second), key = try await world.makeKey()
    let status = "quench.status/v1", promotion = "quench.promotion/v1", error = "quench.error/v1"
    try await production.serving(environment: ["QUENCH_SIGNING_KEY": key]) { _ in
      let nothing = try await check.ask("status", of: status)
      #expect(nothing["sets"]["cold"]["revision"] == .null)
      try await check.ask("rollback", of: error, status: 3)

      // The first of all, which is given up: there is nothing to go back to.
      async let begun = check.ask("promote", first, "--bake", "1m", of: promotion, status: 1)
      try await production.reaches("routed")
      #expect(try await check.ask("rollback", of: promotion)["digest"] == .null)
      let given = try await begun
      #expect(given["result"].string == "REVERTED")
      #expect(try await check.ask("promote", first, of: promotion)["from"] == .null)

      // One that is under way, and one that waits.
      async let slow = check.ask("promote", second, "--bake", "3s", of: promotion)
      try await production.reaches("routed")
      async let next = check.ask("promote", first, "--wait", of: promotion)
      let isWaiting = try await comesTrue(within: .seconds(10)) {
        try await !production.status()["waiting"].array.isEmpty
      }
      #expect(isWaiting)
      #expect(try await check.ask("status", of: status)["promotion"]["result"] == .null)
      for document in try await [slow, next] { #expect(document["result"].string == "PROMOTED") }

      // One that is undone.
      async let undone = check.ask("promote", second, "--bake", "1m", of: promotion, status: 1)
      try await production.reaches("routed")
      try await check.ask("promote", "--abort", of: promotion)
      let reverted = try await undone
      #expect(reverted["result"].string == "REVERTED")

      try production.answers(first)
      #expect(try await check.ask("rollback", of: promotion)["kind"].string == "rollback")
      #expect(try await check.ask("rollback", of: promotion)["steps"].array.isEmpty, "it is there already")
      #expect(try await check.ask("status", of: status)["balancer"]["requests"].number ?? 0 > 0)
      try await check.ask("cold", "status", of: status)

      let bad = try await production.addRevision("A bad one", bad: true)
      try await check.ask("why", bad, of: "quench.decision/v1", status: 1)
      try await check.ask("verify", bad, of: "quench.verdict/v1", status: 1)
      #expect(try await check.ask("promote", bad, of: promotion, status: 1)["result"].string == "REFUSED")
      let forced = try await check.ask("promote", bad, "--override", "it has to be", of: promotion)
      #expect(forced["override"].string == "it has to be")
      #expect(forced["reasons"].array.contains { $0["overridden"].bool == true })
      try #require(try await world.quench("freeze", "the sale").status == 0)
      let frozen = try await check.ask("status", of: status)
      #expect(frozen["freeze"]["reason"].string == "the sale" && frozen["override"] != .null)
      try await check.ask("promote", first, of: promotion, status: 1)
      try #require(try await world.quench("unfreeze").status == 0)

      let shown = try await check.ask("evidence", "show", first, of: "quench.evidence/v1")
      #expect(shown["statements"].array.contains { $0["kind"].string == "decision" })
      #expect(try await check.ask("history", of: "quench.history/v1")["commits"][0]["production"]["override"] != .null)
      let moves = try await check.ask("history", "--production", of: "quench.production-history/v1")
      #expect(moves["moves"].array.count >= 8)
      try await check.ask("audit", of: "quench.audit/v1")
    }
    try await check.conclude()
  }
}
