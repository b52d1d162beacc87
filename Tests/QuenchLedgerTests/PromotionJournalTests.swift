import Foundation
import Generators
import QuenchLedger
import QuenchSuites
import Testing

@Suite("The promotion journal")
struct PromotionJournalTests {
  private static let order: [PromotionState] = [
    .gated, .fetched, .started, .healthy, .routed, .drained, .retained, .baked, .done, .reverted,
  ]

  private func request(
    _ ledger: Ledger, _ revision: String = hex("a"), service: String = "orders", from: PromotedBuild? = nil
  ) async throws -> PromotionRecord {
    try await ledger.request(
      .promotion, service: service, from: from, revision: revision, digest: hex("f", 64),
      options: PromotionOptions(noWayBack: "schema 7"), actor: "ci")
  }

  @Test("What was asked for is read as it was written")
  func roundTrip() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    let from = PromotedBuild(revision: hex("b"), digest: hex("e", 64))
    let record = try await request(ledger, from: from)
    let read = try #require(try await ledger.promotion(record.id))
    #expect(read == record)
    #expect(read.from == from && read.state == .requested && read.result == nil && !read.isRouted)
    #expect(read.options.noWayBack == "schema 7")
    #expect(try await ledger.unfinishedPromotions(service: "orders") == [record])
    #expect(try await ledger.unfinishedPromotions(service: "billing").isEmpty)
  }

  @Test("Every write can be made again without changing anything", arguments: [5, 404, 9001] as [UInt64])
  func idempotence(seed: UInt64) async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    var generator = SeededGenerator(seed: seed)
    let record = try await request(ledger)
    var begun: [PromotionState: Date?] = [:]
    var ended: [PromotionState: [String: EventDetail]] = [:]
    var state = PromotionState.requested
    var result: PromotionResult?
    for _ in 0..<60 {
      let step = try #require(Self.order.randomElement(using: &generator))
      let detail: [String: EventDetail] = ["n": .number(Double(Int.random(in: 0...9, using: &generator)))]
      switch Int.random(in: 0..<5, using: &generator) {
      case 0, 1:
        let deadline = Date(timeIntervalSince1970: Double(Int.random(in: 0...100_000, using: &generator)))
        let written = try await ledger.begin(step, of: record.id, deadline: deadline, detail: detail)
        if begun[step] == nil { begun[step] = deadline }
        #expect(written.deadline == begun[step] ?? nil)
      case 2...3 where begun[step] != nil:
        let written = try await ledger.finish(step, of: record.id, detail: detail)
        if ended[step] == nil {
          ended[step] = detail
          if result == nil { state = step }
        }
        #expect(written.detail["n"] == ended[step]?["n"])
      default:
        guard Bool.random(using: &generator), Bool.random(using: &generator) else { continue }
        let wanted = try #require(PromotionResult.allCases.randomElement(using: &generator))
        try await ledger.conclude(record.id, as: wanted, reasons: [PromotionReason("r", ok: true, wanted.rawValue)])
        if result == nil { (result, state) = (wanted, wanted.state) }
      }
    }
    let read = try #require(try await ledger.promotion(record.id))
    #expect(read.result == result)
    #expect(read.state == state)
    #expect(read.reasons.map(\.detail) == (result.map { [$0.rawValue] } ?? []))
    let steps = try await ledger.steps(of: record.id)
    #expect(Set(steps.map(\.name)) == Set(begun.keys))
    #expect(Set(steps.filter { $0.ended != nil }.map(\.name)) == Set(ended.keys))
  }

  @Test("A step that was never begun cannot be finished")
  func finishedBeforeBegun() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    let record = try await request(ledger)
    await #expect(throws: LedgerError.self) { try await ledger.finish(.routed, of: record.id) }
    #expect(try await ledger.promotion(record.id)?.isRouted == false)
  }

  @Test("The set changes with the step that changes it, or not at all")
  func savesSetWithStep() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    let record = try await request(ledger)
    let set = SetRecord(service: "orders", name: .cold, revision: hex("a"), digest: hex("f", 64), members: [])
    await #expect(throws: LedgerError.self) { try await ledger.finish(.routed, of: record.id, saving: set) }
    #expect(try await ledger.liveBuild(service: "orders") == nil)
    try await ledger.begin(.routed, of: record.id)
    try await ledger.finish(.routed, of: record.id, saving: set)
    #expect(try await ledger.liveBuild(service: "orders") == PromotedBuild(revision: hex("a"), digest: hex("f", 64)))
    #expect(try await ledger.promotion(record.id)?.isRouted == true)
  }

  @Test("A set without anything live is no build")
  func nothingLive() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    let retained = RetainedSet(revision: hex("a"), digest: hex("f", 64), members: [], since: Date())
    try await ledger.saveSet(
      SetRecord(service: "orders", name: .cold, revision: "", digest: "", members: [], retained: [retained]))
    #expect(try await ledger.liveBuild(service: "orders") == nil)
    #expect(try await ledger.loadSet(.cold, service: "orders")?.retained.map(\.digest) == [hex("f", 64)])
  }

  @Test("One freeze holds at a time, the newest, and says who and why")
  func freezes() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    #expect(try await ledger.freeze(of: "orders") == nil)
    let first = try await ledger.freeze(service: "orders", actor: "ann", reason: "launch")
    let second = try await ledger.freeze(service: "orders", actor: "bob", reason: "other")
    #expect(first.reason == "launch" && second.actor == "bob")
    #expect(try await ledger.freeze(of: "orders") == second)
    #expect(try await ledger.freeze(of: "billing") == nil)
    #expect(try await ledger.unfreeze(service: "orders", actor: "ann") == second)
    #expect(try await ledger.unfreeze(service: "orders", actor: "ann") == nil)
    #expect(try await ledger.freeze(of: "orders") == nil)
  }

  @Test("Only what passed against the very bytes counts")
  func standings() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    try await ledger.record(.example(revision: hex("1")))
    try await ledger.record(.example(revision: hex("1"), .failed))
    let digest = hex("f", 64)
    #expect(try await ledger.standings(service: "orders", digest: digest).map(\.result) == [.failed, .passed])
    #expect(try await ledger.standings(service: "orders", digest: hex("e", 64)).isEmpty)
    #expect(try await ledger.newestResults(service: "orders", digest: digest) == ["api": .failed])
    try await ledger.record(.example(revision: hex("1")))
    #expect(try await ledger.newestResults(service: "orders", digest: digest) == ["api": .passed])
    #expect(try await ledger.standings(service: "orders", digest: digest).first?.tree == hex("b"))
    #expect(try await ledger.verifiedDigest(service: "orders", tree: hex("b")) == digest)
  }
}
