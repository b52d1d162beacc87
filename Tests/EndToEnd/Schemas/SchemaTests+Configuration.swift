import Foundation
import SystemPackage
import Testing

/// `quench.yml`, which editors know by `fixtures/schemas/quench-yml.schema.json`.
extension SchemaTests {
  /// The parts of the schema by the sections of the reference; the file itself is the schema itself.
  private static let sections = [
    "service": "service", "service.build": "timedCommand", "service.health": "health", "service.stop": "stop",
    "dependencies.<name>": "dependency", "suites.<name>": "suite", "suites.<name>.swift-test": "swiftTest",
    "hot": "hot",
    "cold": "cold", "balancer": "balancer", "balancer.tls": "tls", "balancer.timeouts": "timeouts", "gate": "gate",
    "gate.signers": "signer", "gate.freeze": "freeze", "gate.approvals": "approvals", "gate.approvals.keys": "approver",
    "api": "api", "api.clients": "clients",
  ]

  @Test func referenceAndSchemaHaveTheSameKeysAndDefaults() throws {
    let schema = try SchemaFiles.schema("quench-yml")
    let reference = try SchemaFiles.reference()
    #expect(Set(reference.keys) == Set(Self.sections.keys).union([""]))
    for (place, keys) in reference {
      let part = place.isEmpty ? schema : schema["$defs"][Self.sections[place] ?? ""]
      // Those that are always refused are no keys.
      let known = Set(keys.keys).subtracting(place == "dependencies.<name>" ? ["image"] : [])
      #expect(part["properties"].keys == known, "the section of '\(place)'")
      for (key, cell) in keys where known.contains(key) {
        #expect((cell == "required") == part["required"].array.contains(.string(key)), "\(place).\(key)")
        guard let literal = cell.wholeMatch(of: /`([^`{]+)`/) else { continue }
        let value = part["properties"][key]["default"]
        let text = value.string ?? value.bool.map(String.init) ?? value.number.map { String(Int($0)) }
        #expect(text == String(literal.1), "\(place).\(key)")
      }
    }
  }

  @Test func configurationsOfTheRepositoryAreValid() async throws {
    let check = SchemaCheck()
    for folder in try FileManager.default.contentsOfDirectory(atPath: Product.fixtures.string).sorted() {
      let names =
        (try? FileManager.default.contentsOfDirectory(atPath: Product.fixtures.appending(folder).string)) ?? []
      for name in names where name.wholeMatch(of: /quench.*\.yml/) != nil {
        check.add("\(folder)/\(name)", "quench.yml", try SchemaFiles.text("fixtures/\(folder)/\(name)"))
      }
    }
    let pages = ["README.md", "Sources/quench/Quench.docc/Configuration.md"]
    let blocks = try pages.flatMap { page in try SchemaFiles.configurations(in: page).map { (page, $0) } }
    #expect(blocks.count >= 3)
    for (page, block) in blocks {
      // A part of a file is shown without the rest.
      let service =
        block.contains(/^service:/.anchorsMatchLineEndings()) ? "" : "service: { name: shop, run: ./shop }\n"
      check.add("\(page): \(block.prefix(40))…", "quench.yml", service + block)
    }
    try await check.conclude()
  }

  @Test(.world)
  func whatInitWritesIsValid() async throws {
    let world = try World.current
    let check = SchemaCheck()
    for name in ["greeter.py", "test_greeter.py", "smoke.sh"] {
      try world.copy(Product.fixtures.appending("greeter").appending(name), to: name)
    }
    try await world.commit("A service in Python")
    try await check.ask("init", of: "quench.init/v1")
    check.add("of Python", "quench.yml", try world.read(world.repository.appending("quench.yml")))
    try await check.ask("init", of: "quench.error/v1", status: 3)
    try world.write(
      "Package.swift",
      """
      // swift-tools-version: 6.0
      import PackageDescription
      let package = Package(
        name: "Shop", targets: [.executableTarget(name: "shop"), .testTarget(name: "ShopTests", dependencies: ["shop"])])
      """)
    try world.write("Sources/shop/main.swift", "print(1)\n")
    try world.write("Tests/ShopTests/ShopTests.swift", "import Testing\n@Test func one() {}\n")
    try await check.ask("init", "--force", of: "quench.init/v1")
    let text = try world.read(world.repository.appending("quench.yml"))
    check.add("of Swift", "quench.yml", text)
    // What stands there as a comment is right as well.
    check.add("of Swift, all of it", "quench.yml", text.replacing(/(?m)^# (?=hot|cold|balancer)/, with: ""))
    try await check.conclude()
  }

  /// What the schema says of a file, Quench says as well.
  @Test(.world)
  func schemaAndQuenchAgree() async throws {
    let world = try World.current
    let check = SchemaCheck()
    try await world.commit("Nothing yet")
    for (isRight, texts) in [(true, ConfigurationSamples.right), (false, ConfigurationSamples.wrong)] {
      for (index, text) in texts.enumerated() {
        let name = "\(isRight ? "right" : "wrong") \(index): \(text.suffix(70))"
        check.add(name, "quench.yml", text, holds: isRight)
        try world.write("sample.yml", text)
        let outcome = try await world.quench("verify", "--suite", "nowhere", "--config", "sample.yml")
        // A file that is right has no suite of that name.
        #expect(outcome.status == (isRight ? 64 : 78), "\(name)\n\(outcome)")
      }
    }
    try await check.conclude()
  }
}
