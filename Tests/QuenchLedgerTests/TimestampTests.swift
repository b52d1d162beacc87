import Foundation
import Generators
import Testing

@testable import QuenchLedger

@Suite("Timestamps")
struct TimestampTests {
  @Test("A date is written in UTC to the millisecond and read back", arguments: [17, 4242] as [UInt64])
  func roundTrip(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var dates: [Date] = []
    for _ in 0..<2000 {
      let date = generator.date().toTheMillisecond
      let read = try #require(Timestamp(text: Timestamp(date).text), "seed \(seed): \(date)")
      #expect(read.date == date, "seed \(seed)")
      dates.append(date)
    }
    #expect(dates.sorted().map { Timestamp($0).text } == dates.map { Timestamp($0).text }.sorted(), "seed \(seed)")
  }

  @Test("Known moments")
  func known() {
    #expect(Timestamp(Date(timeIntervalSince1970: 0)).text == "1970-01-01T00:00:00.000Z")
    #expect(Timestamp(Date(timeIntervalSince1970: 951_782_400.007)).text == "2000-02-29T00:00:00.007Z")
    #expect(Timestamp(Date(timeIntervalSince1970: 1_790_000_000.9996)).text == "2026-09-21T14:13:21.000Z")
  }

  @Test("What is no timestamp is not read", arguments: ["", "now", "2026-09-21T14:13:20Z", "2026-09-21T14:13:20.12Z"])
  func unreadable(_ text: String) {
    #expect(Timestamp(text: text) == nil)
  }
}
