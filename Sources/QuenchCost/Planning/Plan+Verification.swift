#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension Plan {
  /// A candidate's closed forms beside what a simulation of it showed.
  public struct Verification: Hashable, Sendable {
    /// A figure by a closed form and as simulated.
    public struct Figure: Hashable, Sendable {
      /// By the closed form.
      public let predicted: Double
      /// As simulated.
      public let simulated: Estimate

      /// How many standard errors the two are apart.
      public var deviations: Double { simulated.deviations(from: predicted) }
    }

    /// Which candidate.
    public let candidate: Candidate
    /// The share of time in which a request would not be served, or not with instances enough for the peak.
    ///
    /// Requests that are broken off when an instance fails are left out on both sides.
    public let unavailability: Figure
    /// Switches of production a day.
    public let switchesPerDay: Figure
    /// Seconds that requests wait on average at the peak, with just as many instances as it needs; nil when not asked
    /// for.
    public let peakWait: Figure?

    /// Whether no figure is further off than so many standard errors.
    public func agrees(within deviations: Double = 4) -> Bool {
      [unavailability, switchesPerDay, peakWait].allSatisfy { ($0?.deviations ?? 0) <= deviations }
    }
  }

  /// Simulates a candidate.
  ///
  /// Failures are rare, so they are simulated without requests, over as long a time as so many take; the wait at the
  /// peak is simulated apart, without failures.
  /// - Parameters:
  ///   - candidate: one of the plan's candidates.
  ///   - failures: how many failures of instances there are to be, about.
  ///   - arrivals: how many requests there are to be at the peak; 0 leaves that out.
  /// - Throws: `CostError` where they make no scenario, as with failures so rare that their times are endless.
  public func verify(_ candidate: Candidate, seed: UInt64, failures: Int = 20_000, arrivals: Int = 200_000)
    throws(CostError) -> Verification
  {
    let reliability = requirements.reliability
    let scenario = self.scenario(
      of: candidate, seconds: Double(failures) * reliability.cycle / Double(max(1, candidate.instances)))
    let result = try Simulation(scenario, seed: seed).run().flows[0]
    let predicted = candidate.shortage + candidate.missed
    let measured = result.capacityUnavailability
    // Where there are few outages, batches without any make the standard error too small. Outages that come at random
    // and last for times without memory, of no more than a repair on average, give at most this variance.
    let rare = result.outages < 100 ? sqrt(2 * predicted * reliability.meanTimeToRepair / scenario.seconds) : 0
    let unavailability = Verification.Figure(
      predicted: predicted,
      simulated: Estimate(measured.value, standardError: max(measured.standardError, rare)))
    return Verification(
      candidate: candidate, unavailability: unavailability,
      switchesPerDay: .init(predicted: candidate.switchesPerDay, simulated: result.switchesPerDay),
      peakWait: try peakWait(seed: seed, arrivals: arrivals))
  }

  /// A candidate as a scenario with the average traffic of production, to be simulated for so long.
  ///
  /// - Parameter arrivalRate: requests a second; none simulates failures alone.
  public func scenario(of candidate: Candidate, seconds: Double, arrivalRate: Double = 0) -> Scenario {
    let reliability = requirements.reliability
    func set(_ count: Int) -> InstanceSet {
      InstanceSet(
        count, slots: requirements.slots, meanTimeToFailure: reliability.meanTimeToFailure,
        meanTimeToRepair: max(reliability.meanTimeToRepair, .leastNormalMagnitude))
    }
    let production = Flow(
      "production", arrivalRate: arrivalRate, service: .exponential(mean: requirements.meanService),
      routing: candidate.mode.production(needed: neededInstances, cold: candidate.cold),
      neededInstances: neededInstances)
    return Scenario(
      cold: set(candidate.cold), hot: set(candidate.hot), flows: [production], detection: requirements.detection,
      retry: requirements.retry, prices: requirements.prices, seconds: seconds,
      warmUp: 10 * (reliability.meanTimeToRepair + requirements.detection.meanDetection))
  }

  private func peakWait(seed: UInt64, arrivals: Int) throws(CostError) -> Verification.Figure? {
    let rate = requirements.arrivalRate * requirements.peakFactor
    guard arrivals > 0, rate > 0, let queue = peakQueue else { return nil }
    let flow = Flow("peak", arrivalRate: rate, service: .exponential(mean: requirements.meanService))
    let seconds = Double(arrivals) / rate
    let scenario = Scenario(
      cold: InstanceSet(neededInstances, slots: requirements.slots), flows: [flow], seconds: seconds,
      warmUp: seconds / 20)
    let wait = try Simulation(scenario, seed: seed).run().flows[0].wait
    return wait.map { .init(predicted: queue.meanWait, simulated: $0.mean) }
  }
}
