extension SimulationRun {
  var result: SimulationResult {
    let seconds = scenario.seconds
    let cold = set(0, scenario.cold)
    let hot = set(1, scenario.hot)
    let flows = scenario.flows.indices.map { flow(number: $0) }
    let switches = flows.reduce(0) { $0 + $1.switches }
    let cost =
      (cold.instanceSeconds + hot.instanceSeconds) / 3600 * scenario.prices.instanceHour
      + Double(switches) * scenario.prices.perSwitch
    return SimulationResult(
      seed: seed, seconds: seconds, flows: flows, cold: cold, hot: hot, cost: cost, events: handled, trace: trace)
  }

  private func set(_ number: Int, _ set: InstanceSet) -> SetResult {
    SetResult(
      instances: set.count, utilisation: recorder.mean(number, per: set.count * set.slots, \.busy),
      up: recorder.mean(number, per: set.count, \.up), instanceSeconds: Double(set.count) * scenario.seconds)
  }

  private func flow(number: Int) -> FlowResult {
    let sums = recorder.flows[number]
    return FlowResult(
      name: scenario.flows[number].name, served: Int(sums.reduce(0) { $0 + $1.served }), lost: recorder.losses[number],
      requestAvailability: Estimate(ratio: sums.map { (upper: $0.served, lower: $0.served + $0.lost) }),
      timeUnavailability: recorder.mean(number, \.missed), capacityUnavailability: recorder.mean(number, \.short),
      outages: Int(sums.reduce(0) { $0 + $1.outages }),
      wait: times(sums, recorder.waits[number], \.wait), response: times(sums, recorder.responses[number], \.response),
      switches: Int(sums.reduce(0) { $0 + $1.switches }),
      switchesPerDay: recorder.mean(number, \.switches).scaled(by: secondsPerDay))
  }

  private func times(
    _ sums: [Recorder.FlowSums], _ histogram: Histogram, _ sum: KeyPath<Recorder.FlowSums, Double>
  ) -> TimeFigures? {
    guard let mean = Estimate(ratio: sums.map { (upper: $0[keyPath: sum], lower: $0.served) }),
      let p50 = histogram.quantile(0.5), let p99 = histogram.quantile(0.99)
    else { return nil }
    return TimeFigures(mean: mean, p50: p50, p99: p99)
  }
}
