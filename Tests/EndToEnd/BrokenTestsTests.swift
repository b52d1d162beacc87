import SystemPackage
import Testing

/// Tests that do not compile: an error of the suites that they belong to, and of no others.
struct BrokenTestsTests {
  @Test(.world("greeter"))
  func testsThatDoNotCompileNameTheirSuites() async throws {
    let world = try World.current
    try world.write(
      "Checks/Package.swift",
      """
      // swift-tools-version: 6.0
      import PackageDescription
      let package = Package(name: "Checks", targets: [.testTarget(name: "ChecksTests")])

      """)
    try world.write("Checks/Tests/ChecksTests/ChecksTests.swift", "import Testing\n@Test func one() { nonsense() }\n")
    try world.write(
      "quench.yml",
      GreeterConfiguration(suites: [("fine", "true")]).text.replacing(
        "suites:\n",
        with: """
          suites:
            api: { swift-test: { package: Checks, filter: One } }
            unit: { swift-test: { package: Checks, filter: Two }, instances: none }

          """))
    try await world.commit("Write nonsense")
    let folder = world.root.appending("artifacts")
    let answer = try await world.ask("verify", "--artifacts", folder.string)
    #expect(answer.status == 3, "\(answer.outcome)")
    #expect(answer.json["suites"].named("fine")["result"].string == "PASSED", "\(answer.outcome)")
    for name in ["api", "unit"] {
      let suite = answer.json["suites"].named(name)
      #expect(suite["result"].string == "ERROR", "\(suite)")
      let reason = suite["reason"].string ?? ""
      for word in ["api", "unit", "nonsense"] { #expect(reason.contains(word), "\(word): \(reason)") }
    }
    let logs = try world.files(below: folder).filter { $0.hasSuffix(".build.log") }
    #expect(try logs.contains { try world.read(folder.appending($0)).contains("nonsense") }, "\(logs)")
  }
}
