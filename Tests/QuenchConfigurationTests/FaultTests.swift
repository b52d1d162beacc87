import QuenchConfiguration
import QuenchDiagnostics
import SystemPackage
import Testing

/// Every kind of fault, where it is, and what is suggested; and how faults are shown.
@Suite struct FaultTests {
  @Test(arguments: WrongFile.structure + WrongFile.service + WrongFile.host)
  func faultsHavePlaceCodeAndSuggestion(file: WrongFile) throws {
    let error = try #require(throws: ConfigurationError.self) {
      try Configuration.read(yaml: file.yaml, file: "quench.yml")
    }
    let faults = error.faults.map { fault in
      "\(fault.line):\(fault.column) \(fault.code.rawValue)" + (fault.suggestion.map { " -> \($0)" } ?? "")
    }
    #expect(faults == file.faults, "\(error.message)")
    #expect(error.code == error.faults.first?.code)
    #expect(error.exitStatus == .configuration)
    for fault in error.faults { #expect(error.message.contains("quench.yml:\(fault.line):\(fault.column): ")) }
  }

  @Test func theTableHasEveryKindOfFaultOfATextButSize() {
    let files = WrongFile.structure + WrongFile.service + WrongFile.host
    let codes = Set(files.flatMap(\.faults).compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) })
    #expect(
      codes == ["yaml-syntax", "unknown-key", "wrong-type", "bad-value", "missing-key", "duplicate-key"])
    #expect(Set(files.map(\.name)).count == files.count)
  }

  @Test func whatOnlyUseShowsIsToldAtItsPlace() {
    let yaml = "service: { name: a, run: ./a }\nbalancer:\n  tls:\n    key: site.key\n"
    let file = ConfigurationFile(path: "/srv/quench.yml", text: yaml)
    let error = file.error(at: ["balancer", "tls", "key"], "/srv/site.key does not exist")
    #expect(error.exitStatus == .configuration && error.code == .badValue)
    #expect(error.message.hasPrefix("/srv/quench.yml:4:10: `balancer.tls.key`: /srv/site.key does not exist\n"))
    #expect(file.error(at: ["balancer", "tls", "certificate"], "x").faults.map(\.line) == [4])
  }

  @Test func faultsAreShownWithLineCaretAndAdvice() throws {
    let yaml = "service:\n  name: a\n  run: ./a\n  ouputs: [x]\n\n  build: { command: x,\ttimeout: 30 }\n"
    let error = try #require(throws: ConfigurationError.self) {
      try Configuration.read(yaml: yaml, file: "ci/quench.yml")
    }
    #expect(
      error.description == """
        ci/quench.yml:4:3: unknown key `ouputs` in `service`; did you mean `outputs`?
              ouputs: [x]
              ^
        ci/quench.yml:6:33: `service.build.timeout` is `30`, which has no unit: ms, s, m, h or d; write `30s`
              build: { command: x,\ttimeout: 30 }
                                  \t         ^
        next: correct ci/quench.yml:4:3, then run the same command again
        """)
  }

  @Test func longAndHostileLinesAreShownInPart() throws {
    let yaml = "service: { name: a, run: b, z\u{202E}: " + String(repeating: "x", count: 900) + ", why: 1 }"
    let error = try #require(throws: ConfigurationError.self) { try Configuration.read(yaml: yaml, file: "q") }
    #expect(error.faults.map(\.column) == [29, 935])
    let lines = error.message.split(separator: "\n")
    #expect(lines.count == 6)
    #expect(lines.allSatisfy { $0.count <= 140 || $0.contains("; there are name, build, ") && $0.count <= 300 })
    #expect(!error.message.contains("\u{202E}"))
    let place = try #require(lines.last).count - 1
    #expect(lines[4].dropFirst(place).hasPrefix("why: 1"))
  }

  @Test func everyRepeatedKeyIsFoundOfMany() throws {
    var yaml = "service:\n  name: a\n  run: ./a\n  environment:\n"
    for index in 0..<300 { yaml += "    K\(index): 1\n    K\(index): 2\n" }
    let error = try #require(throws: ConfigurationError.self) { try Configuration.read(yaml: yaml, file: "q") }
    #expect(error.faults.map(\.line) == (0..<300).map { 6 + 2 * $0 })
    #expect(error.faults.allSatisfy { $0.code == .duplicateKey && $0.column == 5 })
  }

  @Test(.timeLimit(.minutes(1))) func repeatedKeysInALargeFileAreBoundedInTime() throws {
    var yaml = "service:\n  name: a\n  run: ./a\n  environment:\n"
    for index in 0..<100 {
      yaml += "    K\(index): 1\n    K\(index): 2\n    L\(index): \(String(repeating: "x", count: 10_000))\n"
    }
    let error = try #require(throws: ConfigurationError.self) { try Configuration.read(yaml: yaml, file: "q") }
    #expect(error.faults.map(\.code) == [.duplicateKey])
    #expect(error.message.contains("`K"))
  }

  @Test func carriageReturnsDoNotMovePlaces() throws {
    let yaml = "service:\r\n  name: a\r\n  run: ./a\r\n  dta: x\r\n"
    let error = try #require(throws: ConfigurationError.self) { try Configuration.read(yaml: yaml, file: "q") }
    #expect(error.faults.map { [$0.line, $0.column] } == [[4, 3]])
    #expect(error.message.contains("\n      dta: x\n      ^"))
  }
}
