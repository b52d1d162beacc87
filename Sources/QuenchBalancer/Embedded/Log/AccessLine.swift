import Foundation

/// One line of the access log.
struct AccessLine {
  private let entry: Exchange.LogEntry
  private let trafficClass: TrafficClass
  private let tier: String
  private let backend: BackendKey?
  private let status: Int
  private let bytes: Int
  private let seconds: Double
  private let isSecure: Bool

  init(
    _ entry: Exchange.LogEntry, trafficClass: TrafficClass, tier: String, backend: BackendKey?, status: Int,
    bytes: Int, seconds: Double, isSecure: Bool
  ) {
    self.entry = entry
    self.trafficClass = trafficClass
    self.tier = tier
    self.backend = backend
    self.status = status
    self.bytes = bytes
    self.seconds = seconds
    self.isSecure = isSecure
  }

  /// Appends the line as JSON, with the time `now` in milliseconds since 1970.
  func write(to text: inout [UInt8], now milliseconds: Int) {
    text.append(contentsOf: #"{"time":""#.utf8)
    Self.append(time: milliseconds, to: &text)
    text.append(contentsOf: #"","class":"\#(trafficClass.rawValue)","tier":"\#(tier)","instance":"#.utf8)
    text.append(
      contentsOf: (backend.map { #""\#($0.id)","revision":"\#($0.revision)""# } ?? #"null,"revision":null"#).utf8)
    text.append(contentsOf: #","method":""#.utf8)
    Self.append(quoted: entry.method, to: &text)
    text.append(contentsOf: #"","path":""#.utf8)
    Self.append(quoted: entry.path, to: &text)
    text.append(contentsOf: #"","status":\#(status),"bytes":\#(bytes),"seconds":"#.utf8)
    let microseconds = Int((seconds * 1e6).rounded())
    text.append(contentsOf: "\(microseconds / 1_000_000).".utf8)
    Self.append(number: microseconds % 1_000_000, digits: 6, to: &text)
    text.append(contentsOf: (isSecure ? #","tls":true,"request_id":""# : #","tls":false,"request_id":""#).utf8)
    Self.append(quoted: entry.requestID, to: &text)
    text.append(contentsOf: "\"}\n".utf8)
  }

  /// The time as in RFC 3339, in UTC; the days are counted by Howard Hinnant's `civil_from_days`.
  private static func append(time milliseconds: Int, to text: inout [UInt8]) {
    let second = milliseconds / 1000
    let days = second / 86400 + 719_468
    let era = days / 146_097
    let dayOfEra = days - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let parts = [
      (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), 4, "-"), (month, 2, "-"),
      (dayOfYear - (153 * shifted + 2) / 5 + 1, 2, "T"), (second / 3600 % 24, 2, ":"), (second / 60 % 60, 2, ":"),
      (second % 60, 2, "."), (milliseconds % 1000, 3, "Z"),
    ]
    for (number, digits, mark) in parts {
      append(number: number, digits: digits, to: &text)
      text.append(contentsOf: mark.utf8)
    }
  }

  private static func append(number: Int, digits: Int, to text: inout [UInt8]) {
    var power = 1
    for _ in 1..<digits { power *= 10 }
    while power > 0 {
      text.append(UInt8(48 + number / power % 10))
      power /= 10
    }
  }

  /// Methods, paths and ids are visible ASCII by the time they come here.
  private static func append(quoted word: String, to text: inout [UInt8]) {
    for byte in word.utf8 {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { text.append(UInt8(ascii: "\\")) }
      text.append(byte)
    }
  }
}
