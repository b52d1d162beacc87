import Testing

/// Production before the first promotion, and commands when nobody looks after it.
struct NothingPromotedTests {
  @Test(.world("turncoat"))
  func productionIsNotAvailableYet() async throws {
    let production = try await Production.begin(revisions: 1)
    try await production.serving { _ in
      for method in ["GET", "POST"] {
        let answer = try production.request(method)
        #expect(answer.status == 503)
        #expect(answer.headers["retry-after"].flatMap { Int($0) } ?? 0 > 0, "\(answer)")
      }
      let status = try await production.status()
      #expect(status["sets"]["cold"].keys.contains("revision"))
      #expect(status["sets"]["cold"]["revision"] == .null)
      #expect(status["sets"]["cold"]["instances"].array.isEmpty)
      #expect(status["promotion"] == .null)
      let back = try await production.world.quench("rollback")
      #expect(back.status == 3, "there is nothing to go back to: \(back)")
    }
  }

  @Test(.world("turncoat"))
  func withoutServeEachCommandNamesIt() async throws {
    let world = try World.current
    try world.write("quench.yml", ProductionConfiguration().text)
    let commands = [
      ["promote", "HEAD"], ["rollback"], ["status"], ["cold", "stop"], ["cold", "start"], ["cold", "status"],
      ["cold", "deploy", "HEAD"], ["cold", "rollback"],
    ]
    for arguments in commands {
      let text = try await world.command(arguments).run()
      #expect(text.status == 3, "\(arguments): \(text)")
      #expect(text.stderr.contains("quench serve"), "\(arguments): \(text)")
      let json = try await world.command(arguments + ["--format", "json"]).run()
      #expect(json.status == 3, "\(arguments): \(json)")
      let document = try JSONValue(document: json.stdout)
      #expect(document["schema"].string == "quench.error/v1", "\(arguments): \(json)")
      #expect(document["remedy"].string?.contains("quench serve") == true, "\(arguments): \(json)")
    }
  }
}
