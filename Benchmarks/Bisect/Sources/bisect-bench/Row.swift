import Foundation

/// One figure, as `Benchmarks/run.py` lists them: a ratio and what it should be.
struct Row: Encodable {
  let name: String
  let ratio: Double
  let aim: Double
  let ok: Bool
  let detail: String

  /// A figure that should be no larger than `limit`.
  static func atMost(_ name: String, _ value: Double, _ limit: Double, _ detail: String) -> Row {
    row(name, value / limit, isMet: value <= limit, detail)
  }

  /// A figure that should be at least `limit`.
  static func atLeast(_ name: String, _ value: Double, _ limit: Double, _ detail: String) -> Row {
    row(name, value / limit, isMet: value >= limit, detail)
  }

  private static func row(_ name: String, _ ratio: Double, isMet: Bool, _ detail: String) -> Row {
    Row(name: name, ratio: (ratio * 1000).rounded() / 1000, aim: 1, ok: isMet, detail: detail)
  }
}
