#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The pairs of fail rates a flaky test may have, before the culprit and from it on, and how likely each is beforehand.
///
/// A third of the mass is on a test that nearly never fails and then nearly always, which keeps deterministic tests cheap, and
/// a quarter on one that never fails without cause. The rest is where a test that anyone trusted may be: it failed rarely
/// before the culprit and does so often since. Without that, pairs with hardly a difference, which hardly any run rules out,
/// take many more runs. The shares were chosen by simulation; see `Benchmarks/Bisect`.
struct FlakeGrid: Sendable {
  /// What the runs of a test say about its rates, given where the culprit is.
  struct Fit: Sendable {
    /// The logarithm of the probability of the runs.
    var logEvidence: Double
    /// The expected fail rates from the culprit on, and elsewhere.
    var broken: Double
    var sound: Double
  }

  static let standard = FlakeGrid()

  private let rates: [Double]
  private let logs: [(fail: Double, pass: Double)]
  private let pairs: [(sound: Int, broken: Int, logWeight: Double)]

  private init() {
    let rates = [
      0.001, 0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.94, 0.97, 0.99, 0.999,
    ]
    self.rates = rates
    logs = rates.map { (log($0), log(1 - $0)) }
    let last = rates.count - 1
    var weights: [(sound: Int, broken: Int, weight: Double)] = []
    for sound in rates.indices {
      for broken in rates.indices where broken > sound {
        let (low, high) = (rates[sound], rates[broken])
        let isPlausible = Self.step(high - low, above: sound == 0 ? 0.3 : 0.5)
        weights.append((sound, broken, isPlausible * Self.step(high, above: 0.4) * Self.step(-low, above: -0.25)))
      }
    }
    let total = weights.reduce(0) { $0 + $1.weight }
    let firm = weights.filter { $0.sound == 0 && $0.broken < last }.reduce(0) { $0 + $1.weight }
    pairs = weights.map { sound, broken, weight in
      var mass = weight / total * 0.4
      if sound == 0 { mass += broken == last ? 0.35 : weight / firm * 0.25 }
      return (sound, broken, log(mass))
    }
  }

  /// Rises smoothly from 0 to 1 around `threshold`, within a tenth or so.
  private static func step(_ value: Double, above threshold: Double) -> Double {
    1 / (1 + exp((threshold - value) / 0.05))
  }

  /// Sums over the pairs, given the runs from the culprit on and those elsewhere.
  func fit(broken: Tally.Count, sound: Tally.Count) -> Fit {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: pairs.count + 2 * rates.count) { buffer in
      let brokenLogs = pairs.count
      let soundLogs = pairs.count + rates.count
      for (index, rate) in logs.enumerated() {
        buffer[brokenLogs + index] = Double(broken.failures) * rate.fail + Double(broken.passes) * rate.pass
        buffer[soundLogs + index] = Double(sound.failures) * rate.fail + Double(sound.passes) * rate.pass
      }
      var most = -Double.infinity
      for (index, pair) in pairs.enumerated() {
        buffer[index] = buffer[brokenLogs + pair.broken] + buffer[soundLogs + pair.sound] + pair.logWeight
        most = max(most, buffer[index])
      }
      var total = 0.0
      var fit = Fit(logEvidence: 0, broken: 0, sound: 0)
      for (index, pair) in pairs.enumerated() where buffer[index] > most - 40 {
        let weight = exp(buffer[index] - most)
        total += weight
        fit.broken += weight * rates[pair.broken]
        fit.sound += weight * rates[pair.sound]
      }
      fit.logEvidence = most + log(total)
      fit.broken /= total
      fit.sound /= total
      return fit
    }
  }

  /// The same where no commit changed anything, and all runs have one rate.
  func fit(unchanged runs: Tally.Count) -> Fit {
    let terms = logs.map { Double(runs.failures) * $0.fail + Double(runs.passes) * $0.pass }
    let most = terms.max() ?? 0
    var total = 0.0
    var rate = 0.0
    for (index, term) in terms.enumerated() {
      total += exp(term - most)
      rate += exp(term - most) * rates[index]
    }
    rate /= total
    return Fit(logEvidence: most + log(total / Double(rates.count)), broken: rate, sound: rate)
  }
}
