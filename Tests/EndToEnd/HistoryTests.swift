import Testing

/// `quench history` says of a commit what its suites say.
struct HistoryTests {
  private func row(_ world: World) async throws -> [Substring] {
    let lines = try await world.quench("history").stdout.split(separator: "\n")
    return lines[1].split(separator: " ")
  }

  @Test(.world("greeter"))
  func laterRunOfOtherSuitesHidesNoFailure() async throws {
    let world = try World.current
    try world.write("quench.yml", GreeterConfiguration(suites: [("bad", "false"), ("fine", "true")]).text)
    try #require(try await world.quench("verify").status == 1)
    try #require(try await world.quench("verify", "--suite", "fine").status == 0)
    let failed = try await world.ask("history").json["commits"][0]
    #expect(failed["result"].string == "FAILED", "\(failed)")
    #expect(try await row(world).prefix(6).dropFirst() == ["FAILED", "✗", "FAILED", "✓", "PASSED"])

    // What a suite came to that is defined otherwise now is shown and does not count.
    try world.write("quench.yml", GreeterConfiguration(suites: [("bad", "true"), ("fine", "true")]).text)
    let changed = try await world.ask("history").json["commits"][0]
    #expect(changed["result"].string == "PASSED", "\(changed)")
    #expect(changed["suites"].named("bad")["current"].bool == false, "\(changed)")
    #expect(changed["complete"].bool == false, "bad has not run as it is defined now: \(changed)")
    #expect(try await row(world).prefix(6).dropFirst() == ["(PASSED)", "(✗", "FAILED)", "✓", "PASSED"])

    try world.write("quench.yml", GreeterConfiguration(suites: [("bad", "false"), ("fine", "true")]).text)
    #expect(try await world.ask("history").json["commits"][0]["result"].string == "FAILED", "as it is defined again")
  }
}
