import QuenchConfiguration
import QuenchDiagnostics
import Testing

/// Anchors, aliases and merge keys, and that none of them can grow without bound.
@Suite struct AnchorTests {
  @Test func aliasesAndMergeKeysAreResolved() throws {
    let yaml = """
      service:
        name: &name orders
        run: ./orders
        environment: &common { A: 1, B: 2 }
        dependencies:
          first: { command: *name, exports: &exports { C: 3 } }
      suites:
        one: &suite
          command: ./one.sh
          timeout: 1m
          environment: { <<: *common, B: x }
        two:
          <<: [{ command: ./two.sh }, *suite]
          environment: { <<: [*exports, *common] }
      """
    let configuration = try Configuration.read(yaml: yaml, file: "quench.yml")
    #expect(configuration.service.dependencies.first?.source == .command("orders"))
    #expect(configuration.suites.first?.environment == ["A": "1", "B": "x"])
    let second = try #require(configuration.suites.last)
    #expect(second.kind == .command(CommandConfiguration(command: "./two.sh")))
    #expect(second.timeout == .seconds(60))
    #expect(second.environment == ["A": "1", "B": "2", "C": "3"])
  }

  /// Ten levels of nine aliases each: 3.5 thousand million values if they were all built.
  static let laughs: String = {
    var lines = ["a0: &a0 [lol]"]
    for level in 1...10 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      lines.append("a\(level): &a\(level) [\(aliases)]")
    }
    return lines.joined(separator: "\n")
  }()

  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      "",
      "\n? *a10\n: x",
      "\n*a10 : x",
      "\n{?*a10}",
      "\nz: {*a10:x, *a10 :y}",
      "\nz: { [*a10]: x }",
      "\nz: {?[*a10], ?[*a10]}",
    ])
  func billionsOfLaughsAreTooLarge(ending: String) {
    let error = #expect(throws: ConfigurationError.self) {
      try Configuration.read(yaml: Self.laughs + ending, file: "quench.yml")
    }
    #expect(error?.code == .tooLarge || error?.code == .yamlSyntax)
  }

  @Test(.timeLimit(.minutes(1))) func mergeKeysCanNotLaughEither() {
    var lines = ["a0: &a0 { k: v }"]
    for level in 1...12 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      lines.append("a\(level): &a\(level) { <<: [\(aliases)] }")
    }
    let error = #expect(throws: ConfigurationError.self) {
      try Configuration.read(yaml: lines.joined(separator: "\n"), file: "quench.yml")
    }
    #expect(error?.code == .tooLarge)
  }

  @Test(.timeLimit(.minutes(1)), arguments: ["[", "{a: ", "- ", "? ", "{? ", "[[{a: ["])
  func deepNestingIsTooLarge(opener: String) {
    for count in [100, 2000, 100_000] {
      let error = #expect(throws: ConfigurationError.self) {
        try Configuration.read(yaml: "hot:\n  " + String(repeating: opener, count: count), file: "quench.yml")
      }
      // A key within a key within … is refused for being a key at all before it is for its depth.
      let codes = error?.faults.map(\.code) ?? []
      #expect(codes.contains { [.tooLarge, .yamlSyntax, .wrongType].contains($0) })
    }
    let closed = "service: " + String(repeating: "[", count: 65) + String(repeating: "]", count: 65)
    let error = #expect(throws: ConfigurationError.self) { try Configuration.read(yaml: closed, file: "quench.yml") }
    #expect(error?.code == .tooLarge)
    #expect(error?.faults.first?.column == 74)
  }

  @Test(.timeLimit(.minutes(1))) func aFileOfMoreThanAMebibyteIsTooLarge() {
    let yaml = "service: { name: a, run: ./a }\n# " + String(repeating: "x", count: 1 << 20)
    let error = #expect(throws: ConfigurationError.self) { try Configuration.read(yaml: yaml, file: "quench.yml") }
    #expect(error?.code == .tooLarge)
    #expect(error?.exitStatus == .configuration)
  }

  @Test(.timeLimit(.minutes(1))) func tooManyValuesAreTooLarge() {
    let yaml = "service: { name: a, run: ./a }\nsuites: [" + String(repeating: "x, ", count: 30_000) + "x]"
    let error = #expect(throws: ConfigurationError.self) { try Configuration.read(yaml: yaml, file: "quench.yml") }
    #expect(error?.code == .tooLarge)
  }
}
