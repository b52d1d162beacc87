import Foundation
import QuenchConfiguration
import Testing

/// When a freeze window holds, and how it is read.
@Suite struct FreezeWindowTests {
  private static var calendar: Calendar {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    return calendar
  }

  private func windows(_ yaml: String) throws -> [FreezeWindow] {
    try Configuration.read(yaml: "service: { name: a, run: ./a }\ngate: { freeze: [\(yaml)] }\n", file: "f").gate
      .freezes
  }

  private func holds(_ window: FreezeWindow, _ time: String) throws -> Bool {
    window.holds(at: try Date(time, strategy: .iso8601), in: Self.calendar)
  }

  @Test func aWeekendGoesOverTheEndOfTheWeek() throws {
    let window = try #require(try windows("{ from: Fri 16:00, to: mon 8:00 }").first)
    #expect("\(window)" == "from Fri 16:00 to Mon 08:00")
    // 2026-11-27 is a Friday.
    #expect(try !holds(window, "2026-11-27T15:59:59Z"))
    #expect(try holds(window, "2026-11-27T16:00:00Z"))
    #expect(try holds(window, "2026-11-29T12:00:00Z"))
    #expect(try holds(window, "2026-11-30T07:59:59Z"))
    #expect(try !holds(window, "2026-11-30T08:00:00Z"))
  }

  @Test func aDayThatIsNamedAloneIsPartOfIt() throws {
    let window = try #require(try windows("{ from: 2026-12-20, to: 2027-01-01, reason: the holidays }").first)
    #expect(window.reason == "the holidays")
    #expect(try !holds(window, "2026-12-19T23:59:59Z"))
    #expect(try holds(window, "2026-12-20T00:00:00Z"))
    #expect(try holds(window, "2027-01-01T23:59:59Z"))
    #expect(try !holds(window, "2027-01-02T00:00:00Z"))
    let precise = try #require(try windows("{ from: 2026-12-20 08:00, to: 2026-12-20 09:30 }").first)
    #expect(try holds(precise, "2026-12-20T09:29:59Z"))
    #expect(try !holds(precise, "2026-12-20T09:30:00Z"))
  }

  @Test(arguments: [
    "{ from: Fry 16:00, to: Mon 08:00 }", "{ from: Fri 25:00, to: Mon 08:00 }", "{ from: 2026-02-30, to: 2026-03-01 }",
    "{ from: Fri 16:00, to: 2026-03-01 }", "{ from: Fri 16:00 }", "friday",
  ])
  func othersAreRefused(yaml: String) {
    #expect(throws: ConfigurationError.self) { try windows(yaml) }
  }
}
