import Foundation
import Generators
import QuenchLedger
import Testing

@Suite("Events")
struct EventTests {
  @Test("Any event is read as it was written", arguments: [2, 1234] as [UInt64])
  func roundTrip(seed: UInt64) async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    var generator = SeededGenerator(seed: seed)
    var written: [LedgerEvent] = []
    for _ in 0..<100 {
      let pairs: [(String, EventDetail)] = generator.list(5) { generator in
        switch Int.random(in: 0...3, using: &generator) {
        case 0: (generator.text(), .text(generator.text()))
        case 1: (generator.text(), .number(Double.random(in: -1e9...1e9, using: &generator)))
        case 2: (generator.text(), .number(Double(Int32.random(in: -9...9, using: &generator))))
        default: (generator.text(), .flag(Bool.random(using: &generator)))
        }
      }
      let event = LedgerEvent(
        generator.text(), subject: generator.text(), detail: Dictionary(pairs) { $1 }, time: generator.date())
      try await ledger.append(event)
      written.append(event)
    }
    #expect(try await ledger.events() == written, "seed \(seed)")
    #expect(try await ledger.events(limit: 3) == Array(written.suffix(3)), "seed \(seed)")
    let broken = written.filter { $0.description.contains { $0.isNewline } }
    #expect(broken.isEmpty, "seed \(seed)")
  }

  @Test("Events can be asked for by subject")
  func bySubject() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    try await ledger.append(LedgerEvent("instance-started", subject: "hot-1", detail: ["port": 40001]))
    try await ledger.append(LedgerEvent("instance-started", subject: "hot-2"))
    try await ledger.append(LedgerEvent("instance-stopped", subject: "hot-1"), durability: .full)
    #expect(try await ledger.events(subject: "hot-1").map(\.kind) == ["instance-started", "instance-stopped"])
    #expect(try await ledger.events(limit: 1, subject: "hot-1").map(\.kind) == ["instance-stopped"])
  }

  @Test("Events of other services are left out")
  func byService() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    for service in ["orders", "billing", nil] {
      try await ledger.append(LedgerEvent("promoted", subject: service ?? "all"), of: service)
    }
    #expect(try await ledger.events(after: 0, of: "orders").map(\.event.subject) == ["orders", "all"])
    #expect(try await ledger.events(after: 1, of: "billing").map(\.number) == [2, 3])
  }

  @Test("An event is one line")
  func line() {
    let event = LedgerEvent(
      "instance-started", subject: "hot-1", detail: ["port": 40001, "adopted": false, "seconds": 0.5, "by": "verify"],
      time: Date(timeIntervalSince1970: 1_790_000_000.0625))
    #expect(
      event.description
        == "2026-09-21T14:13:20.063Z instance-started hot-1 adopted=false by=verify port=40001 seconds=0.5")
  }

  @Test(
    "A text that is not one word is in quotes",
    arguments: [
      ("plain", "plain"), ("two words", #""two words""#), ("", #""""#), (#"a"b"#, #""a\"b""#), ("a=b", #""a=b""#),
      ("two\nlines", #""two\nlines""#), ("/a/b", "/a/b"),
    ])
  func quotes(text: String, word: String) {
    let event = LedgerEvent("switched", subject: "production", detail: ["reason": .text(text)])
    #expect(event.description.hasSuffix(" switched production reason=\(word)"))
  }

  @Test("A detail that is not a number is refused")
  func notANumber() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    let error = await #expect(throws: LedgerError.self) {
      try await ledger.append(LedgerEvent("switch", subject: "cold", detail: ["cost": .number(.nan)]))
    }
    #expect(error?.code == .unrecordable)
  }
}
