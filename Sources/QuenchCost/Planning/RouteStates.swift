/// How many instances of each set are taken for healthy, in all combinations, and which of them a routing uses.
///
/// Instances are taken as independent, so that the combinations have the products of two binomial probabilities. The
/// hold time is left out: it is short beside the time between failures.
struct RouteStates: Sendable {
  /// One combination.
  struct State: Hashable, Sendable {
    /// How likely it is.
    let probability: Double
    /// The instances in use.
    let used: Int
    /// Those that are taken for healthy and not in use.
    let spare: Int
  }

  private let routing: Routing
  private let cold: Int
  private let hot: Int
  private let colds: [Double]
  private let hots: [Double]
  private let share: Double

  /// - Parameter share: the share of time in which an instance is taken for healthy.
  init(_ routing: Routing, cold: Int, hot: Int, believed share: Double) {
    self.routing = routing
    self.cold = cold
    self.hot = hot
    self.share = share
    colds = Redundancy(unchecked: cold, share).probabilities
    hots = Redundancy(unchecked: hot, share).probabilities
  }

  /// The instances in use of each set, when so many are taken for healthy.
  private func used(_ coldHealthy: Int, _ hotHealthy: Int) -> (cold: Int, hot: Int) {
    let sets = routing.sets(healthy: (coldHealthy, hotHealthy), of: (cold, hot))
    return (sets.cold ? coldHealthy : 0, sets.hot ? hotHealthy : 0)
  }

  /// All combinations.
  var all: [State] {
    colds.indices.flatMap { i in
      hots.indices.map { j in
        let used = used(i, j)
        let count = used.cold + used.hot
        return State(probability: colds[i] * hots[j], used: count, spare: i + j - count)
      }
    }
  }

  /// How often a second other instances come into use.
  ///
  /// - Parameter changes: how often a second each instance is taken out, which is as often as it is put back.
  func switchRate(changes: Double) -> Double {
    guard changes > 0, share > 0, share < 1 else { return 0 }
    let down = changes / share
    let up = changes / (1 - share)
    var rate = 0.0
    for i in colds.indices {
      for j in hots.indices {
        let here = used(i, j)
        var out = 0.0
        if i > 0, used(i - 1, j) != here { out += Double(i) * down }
        if i < cold, used(i + 1, j) != here { out += Double(cold - i) * up }
        if j > 0, used(i, j - 1) != here { out += Double(j) * down }
        if j < hot, used(i, j + 1) != here { out += Double(hot - j) * up }
        rate += colds[i] * hots[j] * out
      }
    }
    return rate
  }
}
