import Foundation
import QuenchLedger

/// An event as one flat JSON object: `time`, `event`, `subject`, and its details by their names.
struct FlatEvent: Encodable {
  var event: LedgerEvent

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: Key.self)
    for (name, value) in event.detail { try keys.encode(value, forKey: Key(stringValue: name)) }
    try keys.encode(event.time, forKey: Key(stringValue: "time"))
    try keys.encode(event.kind, forKey: Key(stringValue: "event"))
    try keys.encode(event.subject, forKey: Key(stringValue: "subject"))
  }
}
