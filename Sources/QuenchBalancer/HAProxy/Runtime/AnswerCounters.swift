/// The answers that HAProxy has counted in its stick table, by who gave them, class of status and how long they took.
///
/// They are kept by HAProxy itself, so they outlive whoever asks for them, and the servers they are of.
struct AnswerCounters: Sendable {
  /// Whose answers are counted together.
  struct Key: Sendable, Hashable {
    var listener: String
    var server: ServerName
    /// The first digit of the status.
    var statusClass: Int
  }

  /// The answers that fell in each bucket of ``LatencyHistogram``.
  private(set) var counts: [Key: [Int]] = [:]

  static let table = "answers"
  static let buckets = LatencyHistogram.bounds.count + 1

  /// Reads what `show table` says.
  ///
  /// - Throws: `BalancerError` with code `protocol-unknown` when it is not what it has to be.
  init(_ text: String) throws(BalancerError) {
    // Each server has many lines, and its name is the longest part of them.
    var servers: [Substring: ServerName] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      guard let entry = Self.entry(line, &servers) else {
        throw BalancerError(.protocolUnknown, "HAProxy's counters have a line of another form: \(line.prefix(120))")
      }
      counts[entry.key, default: Array(repeating: 0, count: Self.buckets)][entry.bucket] += entry.count
    }
  }

  /// Reads one line, as in `0x55: key=production/cold:c1:abc:0f/2/1 use=0 exp=0 gpc0=7`.
  private static func entry(
    _ line: Substring, _ servers: inout [Substring: ServerName]
  ) -> (key: Key, bucket: Int, count: Int)? {
    var key: Substring?, count: Int?
    for word in line.split(separator: " ") {
      if word.hasPrefix("key=") { key = word.dropFirst(4) }
      if word.hasPrefix("gpc0=") { count = Int(word.dropFirst(5)) }
    }
    guard let parts = key?.split(separator: "/", omittingEmptySubsequences: false), let count, parts.count == 4,
      let server = servers[parts[1]] ?? ServerName(String(parts[1])), let status = Int(parts[2]),
      let bucket = Int(parts[3]),
      (0..<10).contains(status), (0..<buckets).contains(bucket), count >= 0
    else { return nil }
    servers[parts[1]] = server
    return (Key(listener: String(parts[0]), server: server, statusClass: status), bucket, count)
  }

  /// A histogram of counts, whose sum is as near as the buckets tell.
  static func histogram(_ counts: [Int]) -> LatencyHistogram {
    var sum = 0.0
    for (index, count) in counts.enumerated() {
      let lower = index == 0 ? 0 : LatencyHistogram.bounds[index - 1]
      let upper = index < LatencyHistogram.bounds.count ? LatencyHistogram.bounds[index] : lower
      sum += Double(count) * (lower + upper) / 2
    }
    return LatencyHistogram(counts: counts, sum: sum) ?? LatencyHistogram()
  }

  /// Which length of time in microseconds falls in which bucket, as HAProxy's map of ranges.
  static let bucketMap: String = {
    let bounds = LatencyHistogram.bounds.map { Int($0 * 1e6) }
    let lower = [0] + bounds.map { $0 + 1 }
    let upper = bounds.map { "\($0)" } + [""]
    return zip(lower, upper).enumerated().map { "\($1.0):\($1.1) \($0)\n" }.joined()
  }()
}
