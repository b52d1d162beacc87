extension SimulationRun {
  private func set(of instance: Int) -> InstanceSet {
    fleet.instances[instance].isHot ? scenario.hot : scenario.cold
  }

  mutating func scheduleFailure(_ instance: Int) {
    guard let timeToFailure = set(of: instance).timeToFailure else { return }
    events.add(.failure(instance), at: now + timeToFailure.draw(&fleet.instances[instance].failures))
  }

  mutating func fail(_ instance: Int) {
    let isHot = fleet.instances[instance].isHot
    fleet.instances[instance].isUp = false
    recorder.up[isHot ? 1 : 0] -= 1
    recorder.busy[isHot ? 1 : 0] -= Double(fleet.instances[instance].working)
    note(.failed, instance)
    let broken = fleet.breakOff(instance)
    events.add(
      .repair(instance), at: now + set(of: instance).timeToRepair.draw(&fleet.instances[instance].failures))
    becameOtherwise(instance)
    for request in broken { tryAgain(request, after: instance, when: scenario.retry == .all, \.broken) }
    // What waits at the balancer is sent to it all the same, as its slots look free.
    if waitsAtBalancer { pull(instance) }
  }

  mutating func repair(_ instance: Int) {
    fleet.instances[instance].isUp = true
    recorder.up[fleet.instances[instance].isHot ? 1 : 0] += 1
    note(.repaired, instance)
    scheduleFailure(instance)
    becameOtherwise(instance)
    if waitsAtBalancer { pull(instance) }
  }

  /// An instance went down or came up, which checks may find out.
  private mutating func becameOtherwise(_ instance: Int) {
    let isKnown = fleet.instances[instance].isBelieved == fleet.instances[instance].isUp
    if isKnown || fleet.instances[instance].isCheckDue {
      updateLevels()
    } else if scenario.detection.interval > 0 {
      scheduleCheck(instance, isFirst: true)
      updateLevels()
    } else {
      changeMind(instance)
    }
  }

  private mutating func scheduleCheck(_ instance: Int, isFirst: Bool) {
    let wait =
      isFirst
      ? scenario.detection.drawFirst(&fleet.instances[instance].checks)
      : scenario.detection.drawNext(&fleet.instances[instance].checks)
    fleet.instances[instance].isCheckDue = true
    events.add(.check(instance), at: now + wait)
  }

  mutating func check(_ instance: Int) {
    fleet.instances[instance].isCheckDue = false
    let isUp = fleet.instances[instance].isUp
    guard isUp != fleet.instances[instance].isBelieved else {
      fleet.instances[instance].streak = 0
      return
    }
    fleet.instances[instance].streak += 1
    if fleet.instances[instance].streak >= (isUp ? scenario.detection.rise : scenario.detection.fall) {
      changeMind(instance)
    } else {
      scheduleCheck(instance, isFirst: false)
    }
  }

  private mutating func changeMind(_ instance: Int) {
    fleet.instances[instance].streak = 0
    fleet.instances[instance].isBelieved = fleet.instances[instance].isUp
    note(fleet.instances[instance].isBelieved ? .putBack : .takenOut, instance)
    updateRoutes()
  }

  /// Decides anew which instances take requests; for a flow it is a switch where those are others than before.
  mutating func updateRoutes(isFirst: Bool = false) {
    let all = (cold: scenario.cold.count, hot: scenario.hot.count)
    let healthy = fleet.believed
    for flow in flows.indices {
      if let due = flows[flow].choose(scenario.flows[flow].routing, healthy: healthy, all: all, now) {
        events.add(.hold, at: due)
      }
      let route = fleet.instances.indices.filter { flows[flow].uses(fleet.instances[$0]) }
      if route != flows[flow].route, !isFirst {
        recorder.addSwitch(flow)
        note(.switched, flow)
      }
      flows[flow].route = route
    }
    updateLevels()
    for flow in flows.indices where flows[flow].line.count > 0 {
      if flows[flow].route.isEmpty {
        for request in flows[flow].line.removeAll() { lose(request, \.unavailable) }
      } else {
        for instance in flows[flow].route { pull(instance) }
      }
    }
  }

  /// Says anew what a request of each flow would meet.
  private mutating func updateLevels() {
    for flow in flows.indices {
      let route = flows[flow].route
      let up = route.count { fleet.instances[$0].isUp }
      let missed = missProbability(route, up: up)
      let isShort = up < scenario.flows[flow].neededInstances
      recorder.set(.init(missed: missed, short: isShort ? 1 : missed), of: flow)
    }
  }

  private func missProbability(_ route: [Int], up: Int) -> Double {
    guard let tried = route.first, up < route.count else { return route.isEmpty ? 1 : 0 }
    // What the only one in use refuses goes to the first other one that is taken for healthy.
    let other = fleet.instances.indices.first { $0 != tried && fleet.instances[$0].isBelieved }
    let reach = Reach(
      isRetried: scenario.retry != .never, upProbability: other.map { fleet.instances[$0].isUp ? 1 : 0 } ?? 0)
    return reach.missProbability(used: route.count, up: up, spare: other == nil ? 0 : 1)
  }
}
