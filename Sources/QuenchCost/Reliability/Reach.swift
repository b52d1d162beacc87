/// What becomes of a request that is sent to one of some instances, not all of which are up.
struct Reach: Hashable, Sendable {
  /// Whether a request that was refused is tried with another instance.
  let isRetried: Bool
  /// The probability that an instance that is taken for healthy is up.
  let upProbability: Double

  /// The probability that it is lost, each instance being as likely to get it.
  ///
  /// - Parameters:
  ///   - used: the instances in use.
  ///   - up: how many of them are up.
  ///   - spare: instances that are taken for healthy and not in use, for what the only one in use has refused.
  func missProbability(used: Int, up: Int, spare: Int) -> Double {
    guard used > 0 else { return 1 }
    let down = Double(used - up)
    guard isRetried else { return down / Double(used) }
    if used > 1 { return down * (down - 1) / Double(used * (used - 1)) }
    return up > 0 ? 0 : spare > 0 ? 1 - upProbability : 1
  }
}
