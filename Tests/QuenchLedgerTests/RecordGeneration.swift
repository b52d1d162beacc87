import Foundation
import Generators
import QuenchLedger

extension SeededGenerator {
  mutating func date() -> Date {
    Date(timeIntervalSince1970: Double.random(in: 0...4_000_000_000, using: &self))
  }

  mutating func instance() -> InstanceRecord {
    InstanceRecord(
      id: String(next(), radix: 16), revision: text(), digest: text(), port: Int.random(in: 1...65535, using: &self),
      folder: text(), record: text(), since: date(), shared: maybe { $0.text() })
  }

  mutating func set(_ name: SetName, service: String = "orders") -> SetRecord {
    SetRecord(
      service: service, name: name, revision: text(), digest: text(), baseline: maybe { $0.text() },
      members: list(4) { $0.instance() },
      retained: list(4) { generator in
        RetainedSet(
          revision: generator.text(), digest: generator.text(), members: generator.list(3) { $0.instance() },
          since: generator.date())
      }, updated: date())
  }
}
