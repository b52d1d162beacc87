/// How many times fell where, for quantiles of any number of times in a fixed space.
///
/// Bounds follow the floating-point format: 128 buckets for each doubling, so that a quantile is off by less than 1 %.
/// Times below a nanosecond count as 0 and those above 12 days as that.
struct Histogram: Hashable, Sendable {
  private static let shift: UInt64 = 52 - 7
  private static let lowest = Int(0x1p-30.bitPattern >> shift)
  private static let highest = Int(0x1p20.bitPattern >> shift)

  private var counts = [Int](repeating: 0, count: highest - lowest + 1)
  private var zeros = 0
  private(set) var count = 0

  mutating func add(_ seconds: Double) {
    count += 1
    if seconds < 0x1p-30 {
      zeros += 1
    } else {
      counts[min(Self.highest, Int(seconds.bitPattern >> Self.shift)) - Self.lowest] += 1
    }
  }

  /// The seconds that a share of them took at most; nil when there were none.
  func quantile(_ share: Double) -> Double? {
    guard count > 0 else { return nil }
    var left = share * Double(count) - Double(zeros)
    if left <= 0 { return 0 }
    for (index, here) in counts.enumerated() where here > 0 {
      let here = Double(here)
      guard left > here else {
        let low = Self.bound(index)
        return low + (Self.bound(index + 1) - low) * left / here
      }
      left -= here
    }
    return Self.bound(counts.count)
  }

  private static func bound(_ index: Int) -> Double { Double(bitPattern: UInt64(index + lowest) << shift) }
}
