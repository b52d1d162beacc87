import Foundation
import QuenchLedger
import QuenchSuites
import Testing

@Suite("Builds and expected times")
struct BuildTests {
  private func build(_ seconds: Double, cached: Bool = false) -> BuildRecord {
    BuildRecord(
      service: "orders", key: "k", digest: "d", revision: "r", tree: "t", seconds: seconds, cached: cached)
  }

  @Test("The expected time of a build leaves out what was cached")
  func meanBuild() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    #expect(try await ledger.meanSeconds(of: .build, service: "orders") == nil)
    for build in [build(10), build(20), build(60), build(0.01, cached: true)] { try await ledger.record(build) }
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
