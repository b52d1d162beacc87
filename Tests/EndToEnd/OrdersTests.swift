import Foundation
import SystemPackage
import Testing

/// The Swift service of the fixtures, with XCTest and Swift Testing suites: a good, a bad and a crashing revision.
@Suite(.serialized)
struct OrdersTests {
  @Test(.world, .enabled(if: Product.has("swift"), "Swift is not installed"))
  func goodBadAndCrashingRevisions() async throws {
    let world = try World.current
    let stream = Product.fixtures.appending("orders").appending("history.fi")
    try await world.tool("sh", "-c", "git fast-import --quiet < '\(stream)' && git checkout --quiet main")
    var verify = world.command(["verify", "good", "--format", "json"])
    verify.deadline = .seconds(400)
    let outcome = try await verify.run()
    let good = try JSONValue(document: outcome.stdout)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(good["suites"].array.compactMap(\.["name"].string).sorted() == ["api", "payments", "smoke", "unit"])
    for suite in good["suites"].array { #expect(suite["result"].string == "PASSED", "\(suite)") }
    #expect(good["suites"].named("payments")["skipped"].number == 1)
    #expect(good["suites"].named("api")["known_issues"].number == 1)
    let frameworks = Set(good["suites"].named("unit")["tests"].array.compactMap(\.["framework"].string))
    #expect(frameworks == ["swift-testing", "xctest"])

    let bad = try await world.ask("verify", "regression-xctest")
    #expect(bad.status == 1, "\(bad.outcome)")
    let failed = bad.json["suites"].array.flatMap(\.["tests"].array).filter { $0["result"].string == "FAILED" }
    #expect(
      failed.compactMap(\.["id"].string) == ["PaymentTests.RefundTests/testRefundsTogetherNeverExceedThePayment"])

    let crashing = try await world.quench("verify", "crash-at-start")
    #expect(crashing.status == 3, "\(crashing)")
    #expect(crashing.text.contains("ORDERS_CURRENCY"), "what it said before it ended: \(crashing)")
    try await world.expectNothingRunning()
  }
}
