import Foundation
import GRDB

/// A moment as the ledger writes it: ISO 8601, UTC, to the millisecond, so that text sorts as time does.
struct Timestamp: Sendable, Hashable, DatabaseValueConvertible {
  let milliseconds: Int64

  init(_ date: Date) {
    // What is longer ago than the year 0, or comes after 9999, is not told from those.
    let milliseconds = (date.timeIntervalSince1970 * 1000).rounded()
    self.milliseconds = Int64(min(max(milliseconds, -62_167_219_200_000), 253_402_300_799_999))
  }

  init?(text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].utf8.count == 4, parts[1].last == "Z",
      let thousandths = Int64(parts[1].dropLast()),
      let whole = try? Date("\(parts[0])Z", strategy: .iso8601)
    else { return nil }
    milliseconds = Int64(whole.timeIntervalSince1970.rounded()) * 1000 + thousandths
  }

  var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

  var text: String {
    let thousandths = (milliseconds % 1000 + 1000) % 1000
    let whole = Date(timeIntervalSince1970: Double((milliseconds - thousandths) / 1000))
    let padding = String(repeating: "0", count: thousandths < 10 ? 2 : thousandths < 100 ? 1 : 0)
    return "\(whole.formatted(.iso8601).dropLast()).\(padding)\(thousandths)Z"
  }

  var databaseValue: DatabaseValue { text.databaseValue }

  static func fromDatabaseValue(_ value: DatabaseValue) -> Timestamp? {
    String.fromDatabaseValue(value).flatMap(Timestamp.init(text:))
  }
}

extension Date {
  /// The nearest date that the ledger can write down.
  var toTheMillisecond: Date { Timestamp(self).date }
}
