import Testing

/// The first seconds of a new set in production.
struct BakeTests {
  @Test(.world("turncoat"))
  func setThatAnswersErrorsIsRoutedBackByItself() async throws {
    let production = try await Production.begin(faultsOfTheLast: ["errors"])
    try await production.serving { _ in
      try await production.promote(production.first)
      let tally = try await Load.on(port: production.port) { load in
        _ = try await load.answers(100)
        let answer = try await production.world.ask("promote", production.second, "--bake", "30s")
        #expect(answer.status == 1, "\(answer.outcome)")
        #expect(answer.json["result"].string == "REVERTED", "\(answer.outcome)")
        let failed = answer.json["reasons"].array.filter { $0["ok"].bool == false }
        #expect(!failed.isEmpty, "\(answer.outcome)")
        let details = failed.compactMap(\.["detail"].string).joined(separator: "\n")
        #expect(details.contains(/[0-9]/), "with the figures: \(details)")
        #expect(answer.json["server_errors"].number ?? 0 >= 3, "\(answer.outcome)")
        #expect(answer.json["failed_requests"].number == 0, "an error is an answer: \(answer.outcome)")
        let after = try await load.answers(30)
        #expect(Set(after.revisions.keys) == [production.first], "\(after)")
        #expect(after.failures.isEmpty, "\(after)")
      }
      #expect(tally.failures.allSatisfy { $0.hasPrefix("500") }, "\(tally)")
      let status = try await production.status()
      #expect(status["sets"]["cold"]["revision"].string == production.first)
      #expect(status["promotion"] == .null)
    }
  }

  /// Then production freezes and says so, instead of going back.
  @Test(.world("turncoat"))
  func withoutAWayBackItFreezes() async throws {
    let production = try await Production.begin(faultsOfTheLast: ["errors"])
    try await production.serving { _ in
      try await production.promote(production.first)
      try await Load.on(port: production.port) { load in
        _ = try await load.answers(100)
        let answer = try await production.world.ask(
          "promote", production.second, "--bake", "5s", "--no-way-back", "orders get a column")
        #expect(answer.json["result"].string == "PROMOTED", "\(answer.outcome)")
        let after = try await load.answers(10)
        #expect(Set(after.revisions.keys) == [production.second], "\(after)")
      }
      let refused = try await production.world.quench("promote", production.first)
      #expect(refused.status == 1 && refused.text.contains("quench unfreeze"), "\(refused)")
    }
  }
}
