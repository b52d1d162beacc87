import Testing

/// What is for people: colour on a terminal, and only there.
@Suite(.enabled(if: Product.has("script"), "script is not installed"))
struct TerminalTests {
  @Test(.world("greeter"))
  func terminalGetsColourUnlessItIsUnwanted() async throws {
    let world = try World.current
    let run = { (environment: [String: String]) in
      try await world.tool(
        "script", "--quiet", "--return", "--command", "'\(Product.executable)' verify", "/dev/null",
        environment: environment.merging(["TERM": "xterm-256color"]) { $1 })
    }
    let coloured = try await run([:])
    #expect(coloured.contains("\u{1B}[") && coloured.contains("PASSED"), "\(coloured)")
    let plain = try await run(["NO_COLOR": "1"])
    #expect(plain.firstMatch(of: /\x{1B}\[[0-9;]*m/) == nil, "\(plain)")
    #expect(plain.contains("PASSED"))
  }
}
