extension SimulationRun {
  /// Sends a request to an instance, has it wait, or loses it.
  mutating func dispatch(_ request: Request) {
    let flow = request.flow
    guard !flows[flow].route.isEmpty else {
      lose(request, \.unavailable)
      return
    }
    if let instance = pick(flow, avoiding: request.tried) {
      deliver(request, to: instance)
    } else if flows[flow].route.count > 1 || flows[flow].route[0] != request.tried {
      // All of them are busy.
      if flows[flow].line.count < places { flows[flow].line.append(request) } else { lose(request, \.full) }
    } else if let other = elsewhere(request.tried) {
      deliver(request, to: other)
    } else {
      lose(request, \.refused)
    }
  }

  /// The instance in use whose turn it is, or which has the fewest requests.
  private mutating func pick(_ flow: Int, avoiding tried: Int) -> Int? {
    let count = flows[flow].route.count
    let start = flows[flow].turn < count ? flows[flow].turn : 0
    let isInTurn = scenario.choosing == .inTurn
    var best: Int?
    var fewest = Int.max
    for offset in 0..<count {
      let place = start + offset < count ? start + offset : start + offset - count
      let instance = flows[flow].route[place]
      if instance == tried || (waitsAtBalancer && !fleet.instances[instance].hasFreeSlot) { continue }
      if isInTurn {
        flows[flow].turn = place + 1
        return instance
      }
      let present = fleet.instances[instance].present
      if present < fewest { (best, fewest) = (instance, present) }
    }
    flows[flow].turn = start + 1
    return best
  }

  /// An instance that is taken for healthy although it is not in use, for a request that the only one in use has
  /// failed.
  private func elsewhere(_ tried: Int) -> Int? {
    fleet.instances.indices.first {
      $0 != tried && fleet.instances[$0].isBelieved && (!waitsAtBalancer || fleet.instances[$0].hasFreeSlot)
    }
  }

  private mutating func deliver(_ request: Request, to instance: Int) {
    if !fleet.instances[instance].isUp {
      tryAgain(request, after: instance, when: scenario.retry != .never, \.refused)
    } else if fleet.instances[instance].hasFreeSlot {
      begin(request, at: instance)
    } else if fleet.instances[instance].line.count < places {
      fleet.instances[instance].line.append(request)
    } else {
      lose(request, \.full)
    }
  }

  mutating func begin(_ request: Request, at instance: Int) {
    let slot = fleet.begin(request, at: instance, now)
    recorder.busy[fleet.instances[instance].isHot ? 1 : 0] += 1
    let length = scenario.flows[request.flow].service.draw(&flows[request.flow].service)
    events.add(.departure(slot: slot, life: fleet.instances[instance].life), at: now + length)
    note(.begun, instance)
  }

  /// Tries a request with another instance where that is allowed and was not done before; else it is lost.
  mutating func tryAgain(
    _ request: Request, after instance: Int, when isAllowed: Bool, _ reason: WritableKeyPath<Losses, Int>
  ) {
    guard isAllowed, !request.wasTried else {
      lose(request, reason)
      return
    }
    var again = request
    again.tried = instance
    dispatch(again)
  }

  mutating func lose(_ request: Request, _ reason: WritableKeyPath<Losses, Int>) {
    recorder.addLost(request.flow, reason)
    note(.lost, request.flow)
  }

  /// Gives an instance what waits at the balancer for it, the oldest first, as long as it has free slots.
  mutating func pull(_ instance: Int) {
    while fleet.instances[instance].hasFreeSlot {
      var oldest: (flow: Int, request: Request)?
      for flow in flows.indices where flows[flow].line.count > 0 {
        guard let first = flows[flow].line.first, flows[flow].uses(fleet.instances[instance]) else { continue }
        if let found = oldest, found.request.arrival <= first.arrival { continue }
        // It has failed this one already.
        if first.tried == instance, !fleet.instances[instance].isUp { continue }
        oldest = (flow, first)
      }
      guard let oldest else { return }
      _ = flows[oldest.flow].line.popFirst()
      deliver(oldest.request, to: instance)
    }
  }
}
