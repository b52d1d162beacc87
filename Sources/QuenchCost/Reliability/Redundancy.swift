/// How many of some instances are up, each by itself with the same probability.
public struct Redundancy: Hashable, Sendable {
  /// P(i instances are up) for i from 0 to all of them.
  public let probabilities: [Double]

  /// The binomial distribution.
  ///
  /// - Parameters:
  ///   - instances: how many there are, 0 or more.
  ///   - availability: the share of time in which each is up, 0 to 1.
  /// - Throws: `CostError`, naming the first that is out of its range.
  public init(instances: Int, availability: Double) throws(CostError) {
    try require(instances, "instances", .notNegative)
    try require(availability, "availability", .share)
    self.init(unchecked: instances, availability)
  }

  init(unchecked instances: Int, _ availability: Double) {
    // Adding one instance after the other takes no binomial coefficients, which would overflow.
    var probabilities = [1.0]
    for _ in 0..<instances {
      var next = [Double](repeating: 0, count: probabilities.count + 1)
      for (up, probability) in probabilities.enumerated() {
        next[up] += probability * (1 - availability)
        next[up + 1] += probability * availability
      }
      probabilities = next
    }
    self.probabilities = probabilities
  }

  /// P(fewer than k are up): the unavailability of k-out-of-n, without the loss of digits of one minus its
  /// availability.
  public func unavailability(needing needed: Int) -> Double {
    probabilities.prefix(max(0, needed)).reduce(0, +)
  }

  /// P(at least k are up): the availability of k-out-of-n (Trivedi, §1.12 and §6.6).
  public func availability(needing needed: Int) -> Double {
    probabilities.dropFirst(max(0, needed)).reversed().reduce(0, +)
  }
}
