/// How often something took how long.
public struct LatencyHistogram: Sendable, Hashable, Codable {
  /// The upper bounds of the buckets in seconds; one more bucket holds what took longer.
  public static let bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

  /// How many fell in each bucket, and only in it.
  public private(set) var counts: [Int]
  /// All the seconds together.
  public private(set) var sum: Double

  /// How many there were.
  public var count: Int { counts.reduce(0, +) }

  /// An empty histogram.
  public init() {
    counts = Array(repeating: 0, count: Self.bounds.count + 1)
    sum = 0
  }

  /// A histogram of counts made elsewhere; nil when there is not one for each bucket.
  public init?(counts: [Int], sum: Double) {
    guard counts.count == Self.bounds.count + 1 else { return nil }
    self.counts = counts
    self.sum = sum
  }

  /// Reads a histogram.
  ///
  /// - Throws: `DecodingError` when it has other buckets.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    counts = try keys.decode([Int].self, forKey: .counts)
    sum = try keys.decode(Double.self, forKey: .sum)
    guard counts.count == Self.bounds.count + 1 else {
      throw DecodingError.dataCorruptedError(forKey: .counts, in: keys, debugDescription: "other buckets")
    }
  }

  /// Adds one.
  public mutating func add(seconds: Double) {
    var index = 0
    while index < Self.bounds.count, seconds > Self.bounds[index] { index += 1 }
    counts[index] += 1
    sum += seconds
  }

  /// Adds all of another.
  public mutating func add(_ other: LatencyHistogram) {
    for index in counts.indices { counts[index] += other.counts[index] }
    sum += other.sum
  }

  /// What this has more than an earlier state of itself.
  public func since(_ earlier: LatencyHistogram) -> LatencyHistogram {
    var difference = self
    for index in counts.indices { difference.counts[index] -= earlier.counts[index] }
    difference.sum -= earlier.sum
    return difference
  }

  /// The seconds that a share of them took at most, as near as the buckets tell; nil when there were none.
  public func quantile(_ share: Double) -> Double? {
    let count = count
    guard count > 0 else { return nil }
    var left = share * Double(count)
    for (index, number) in counts.enumerated() where number > 0 {
      guard left > Double(number) else {
        let lower = index == 0 ? 0 : Self.bounds[index - 1]
        let upper = index < Self.bounds.count ? Self.bounds[index] : lower * 2
        return lower + (upper - lower) * max(0, left) / Double(number)
      }
      left -= Double(number)
    }
    return Self.bounds.last
  }
}
