import QuenchConfiguration
import Testing

/// Whose signatures count, and for what.
@Suite struct SignerTests {
  private func signers(_ yaml: String) throws -> [GateConfiguration.Signer] {
    try Configuration.read(
      yaml: "service: { name: a, run: ./a }\nsuites: { api: { command: x } }\ngate: { signers: \(yaml) }\n", file: "f"
    ).gate.signers
  }

  @Test func filesAndMappingsAreRead() throws {
    #expect(
      try signers("[ci.pub, { key: qa.pub, suites: [api] }]") == [
        .init(key: "ci.pub"), .init(key: "qa.pub", suites: ["api"]),
      ])
  }

  @Test(arguments: [
    "[]", "[{ suites: [api] }]", "[{ key: a.pub, suites: [ap] }]", "[{ key: a.pub, suites: [] }]",
    "[a.pub, { key: a.pub }]", "[{ key: a.pub, suite: [api] }]",
  ])
  func othersAreRefused(yaml: String) {
    #expect(throws: ConfigurationError.self) { try signers(yaml) }
  }
}
