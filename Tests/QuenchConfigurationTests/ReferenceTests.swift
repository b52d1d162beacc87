import Foundation
import Testing

@testable import QuenchConfiguration

/// The reference of `quench.yml` has the keys that are read, and no others.
@Suite struct ReferenceTests {
  private static let article = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Sources/quench/Quench.docc/Configuration.md")

  /// The keys in the table of each section, by the section's path; empty for the file itself.
  private static func documented() throws -> [String: [String]] {
    var keys: [String: [String]] = [:]
    var place: String?
    for line in try String(contentsOf: article, encoding: .utf8).split(separator: "\n") {
      if line == "## The file" {
        place = ""
      } else if line.hasPrefix("#") {
        place = line.wholeMatch(of: /## `(.+)`/).map { String($0.1) }
      } else if let place, let row = line.prefixMatch(of: /\| `([^`]+)` \|/) {
        keys[place, default: []].append(String(row.1))
      }
    }
    return keys
  }

  @Test func theArticleHasEveryKeyOnce() throws {
    let documented = try Self.documented()
    for (place, keys) in KnownKeys.places {
      #expect(documented[place, default: []].sorted() == keys.sorted(), "the section of '\(place)'")
    }
    #expect(Set(documented.keys) == Set(KnownKeys.places.map(\.place)))
  }

  @Test func theArticleHasTheDefaults() throws {
    let text = try String(contentsOf: Self.article, encoding: .utf8)
    let health = HealthConfiguration(), stop = StopConfiguration(), cold = ColdConfiguration()
    let hot = HotConfiguration(), balancer = BalancerConfiguration()
    for (key, value) in [
      ("interval", DurationText.format(health.interval)), ("timeout", DurationText.format(health.timeout)),
      ("rise", "\(health.rise)"), ("fall", "\(health.fall)"), ("signal", stop.signal.rawValue),
      ("grace", DurationText.format(stop.grace)), ("retain", "\(hot.retain)"), ("retain", "\(cold.retain)"),
      ("bake", DurationText.format(cold.bake)), ("provider", cold.provider), ("engine", balancer.engine.rawValue),
      ("production", "\(balancer.production)"), ("test", "\(balancer.test)"), ("mode", balancer.mode.rawValue),
      ("first-byte", DurationText.format(balancer.timeouts.firstByte)),
      ("idle", DurationText.format(balancer.timeouts.idle)), ("drain", DurationText.format(balancer.timeouts.drain)),
      ("access-log", "\(balancer.accessLog)"),
    ] {
      let row = text.split(separator: "\n").contains {
        $0.hasPrefix("| `\(key)` |") && $0.split(separator: "|").dropFirst(2).first == " `\(value)` "
      }
      #expect(row, "\(key): \(value)")
    }
  }
}
