import Foundation
import QuenchLedger
import QuenchSuites
import Testing

@Suite("Builds and expected times")
struct BuildTests {
  private func build(_ seconds: Double, cached: Bool = false, digest: String? = "d") -> BuildRecord {
    BuildRecord(
      service: "orders", key: "k", digest: digest, revision: "r", tree: "t", seconds: seconds, cached: cached,
      finished: Date())
  }

  @Test("Any build is read as it was written", arguments: [5, 81] as [UInt64])
  func roundTrip(seed: UInt64) async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    var generator = SeededGenerator(seed: seed)
    for round in 0..<60 {
      let build = BuildRecord(
        service: generator.text(), key: "key \(round)", digest: generator.maybe { $0.text() },
        revision: generator.text(), tree: generator.text(), seconds: generator.seconds(),
        cached: Bool.random(using: &generator), log: generator.maybe { $0.text() },
        size: generator.maybe { Int64.random(in: 0...Int64.max, using: &$0) }, finished: generator.date())
      try await ledger.record(build)
      #expect(try await ledger.builds(key: build.key) == [build], "seed \(seed), round \(round)")
    }
  }

  @Test("The newest build of a key comes first")
  func newestFirst() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    for seconds in [1.0, 2, 3] { try await ledger.record(build(seconds)) }
    #expect(try await ledger.builds(key: "k").map(\.seconds) == [3, 2, 1])
    #expect(try await ledger.builds(key: "k", limit: 1).map(\.seconds) == [3])
    #expect(try await ledger.builds(key: "other").isEmpty)
  }

  @Test("The expected time of a build leaves out what was cached or failed")
  func meanBuild() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    #expect(try await ledger.meanSeconds(of: .build, service: "orders") == nil)
    for build in [
      build(10), build(20), build(60), build(0.01, cached: true), build(500, digest: nil),
    ] {
      try await ledger.record(build)
    }
    #expect(try await ledger.meanSeconds(of: .build, service: "orders") == 30)
    #expect(try await ledger.meanSeconds(of: .build, service: "orders", last: 2) == 40)
    #expect(try await ledger.meanSeconds(of: .build, service: "users") == nil)
  }

  @Test("The expected time of a suite counts runs that came to a result")
  func meanSuite() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    try await ledger.record(.example(seconds: 2))
    try await ledger.record(.example(.failed, seconds: 4))
    try await ledger.record(.example(.skipped, seconds: 1000))
    #expect(try await ledger.meanSeconds(of: .suite("api"), service: "orders") == 3)
    #expect(try await ledger.meanSeconds(of: .suite("smoke"), service: "orders") == nil)
  }
}
