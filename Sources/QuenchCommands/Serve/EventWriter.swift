import Foundation
import QuenchDiagnostics
import QuenchLedger

/// Writes events to standard output, a line each.
struct EventWriter: Sendable {
  let format: ServeCommand.EventFormat
  let console: Console

  func write(_ event: LedgerEvent) {
    switch format {
    case .text: console.text(event.description.printable + "\n")
    case .json:
      let encoder = JSONEncoder()
      encoder.dateEncodingStrategy = .iso8601
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      guard let line = try? encoder.encode(FlatEvent(event: event)) else { return }
      console.text(String(decoding: line, as: UTF8.self) + "\n")
    }
  }
}
