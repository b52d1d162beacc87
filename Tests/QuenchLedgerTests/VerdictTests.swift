import Foundation
import Generators
import QuenchEvidence
import QuenchLedger
import QuenchSuites
import Testing

@Suite("Known verdicts")
struct VerdictTests {
  private let definitions = ["api": hex("d", 64)]

  @Test("A verdict counts for every revision with its tree")
  func sameTree() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    let verdict = Verdict.example()
    try await ledger.record(verdict)
    #expect(try await ledger.verdict(service: "orders", tree: hex("b"), definitions: definitions) == verdict)
    #expect(try await ledger.verdict(service: "orders", revision: hex("a")) == verdict)
  }

  @Test("Another tree, service, definition, suite or build is not known")
  func somethingElse() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    try await ledger.record(.example())
    #expect(try await ledger.verdict(service: "orders", tree: hex("c"), definitions: definitions) == nil)
    #expect(try await ledger.verdict(service: "users", tree: hex("b"), definitions: definitions) == nil)
    #expect(try await ledger.verdict(service: "orders", tree: hex("b"), definitions: ["api": hex("1", 64)]) == nil)
    #expect(try await ledger.verdict(service: "orders", tree: hex("b"), definitions: [:]) == nil)
    let more = definitions.merging(["smoke": hex("2", 64)]) { $1 }
    #expect(try await ledger.verdict(service: "orders", tree: hex("b"), definitions: more) == nil)
    let other = try await ledger.verdict(
      service: "orders", tree: hex("b"), definitions: definitions, buildKey: hex("9", 64))
    #expect(other == nil)
    let same = try await ledger.verdict(
      service: "orders", tree: hex("b"), definitions: definitions, buildKey: hex("e", 64))
    #expect(same != nil)
    #expect(try await ledger.verdict(service: "orders", revision: hex("b")) == nil)
  }

  @Test("The newest passed or failed verdict counts; what proved nothing hides neither")
  func newest() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    try await ledger.record(.example())
    let failed = Verdict.example(.failed)
    try await ledger.record(failed)
    try await ledger.record(.example(.skipped))
    var broken = Verdict.example()
    broken.hindrance = Hindrance(.start, "instance hot-1 never answered on port 40001")
    try await ledger.record(broken)
    #expect(try await ledger.verdict(service: "orders", tree: hex("b"), definitions: definitions) == failed)
    #expect(try await ledger.verdict(service: "orders", revision: hex("a")) == broken)
  }

  @Test("A suite that crashed takes back what was said before")
  func crashed() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    try await ledger.record(.example())
    #expect(try await ledger.verdict(service: "orders", tree: hex("b"), definitions: definitions) != nil)
    var crashed = Verdict.example()
    crashed.suites[0].result = .error
    try await ledger.record(crashed)
    #expect(try await ledger.verdict(service: "orders", tree: hex("b"), definitions: definitions) == nil)
    try await ledger.record(.example())
    #expect(try await ledger.verdict(service: "orders", tree: hex("b"), definitions: definitions) != nil)
  }

  @Test("An inconclusive or erroneous verdict alone is not known", arguments: Hindrance.Kind.allCases)
  func nothingProved(_ kind: Hindrance.Kind) async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    var verdict = Verdict.example()
    verdict.hindrance = Hindrance(kind, "it")
    try await ledger.record(verdict)
    #expect(try await ledger.verdict(service: "orders", tree: hex("b"), definitions: definitions) == nil)
  }

  @Test("Any verdict is read as it was written", arguments: [3, 77] as [UInt64])
  func roundTrip(seed: UInt64) async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    var generator = SeededGenerator(seed: seed)
    for round in 0..<60 {
      var verdict = generator.verdict()
      verdict.revision = "revision \(round)"
      try await ledger.record(verdict)
      let read = try await ledger.verdict(service: verdict.service, revision: verdict.revision)
      #expect(read == verdict, "seed \(seed), round \(round)")
    }
  }

  @Test("What ran as an instance is known from the verdict it served")
  func instances() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    var verdict = Verdict.example()
    verdict.instances = [VerifiedInstance(id: "hot-1", port: 1, revision: hex("a"))]
    try await ledger.record(verdict)
    try await ledger.record(.example(service: "users"))
    #expect(try await ledger.verifiedInstances() == ["hot-1": InstanceOrigin(service: "orders", revision: hex("a"))])
    #expect(try await ledger.verifiedInstances(ofLast: 1).isEmpty)
  }

  @Test("A duration that is not a number is refused, and nothing of its verdict stays")
  func unrecordable() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    var verdict = Verdict.example()
    verdict.suites[0].durationSeconds = .infinity
    let endless = verdict
    let error = await #expect(throws: LedgerError.self) { try await ledger.record(endless) }
    #expect(error?.code == .unrecordable)
    #expect(try await ledger.verdict(service: "orders", revision: hex("a")) == nil)
  }
}
