/// The state of a simulation, and how each event changes it.
struct SimulationRun: Sendable {
  let scenario: Scenario
  let seed: UInt64
  let end: Double
  var now = 0.0
  var events = EventQueue()
  var handled = 0
  var fleet: Fleet
  var flows: [FlowState]
  var recorder: Recorder
  private(set) var trace: [TraceEntry] = []
  private let traced: Int
  let waitsAtBalancer: Bool
  let places: Int

  init(_ simulation: Simulation, traced: Int) {
    scenario = simulation.scenario
    seed = simulation.seed
    self.traced = traced
    end = scenario.warmUp + scenario.seconds
    fleet = Fleet(scenario, seed: seed)
    flows = scenario.flows.enumerated().map { [seed] in FlowState($1, number: $0, seed: seed) }
    recorder = Recorder(flows: flows.count, warmUp: scenario.warmUp, seconds: scenario.seconds)
    if case .atBalancer = scenario.waiting { waitsAtBalancer = true } else { waitsAtBalancer = false }
    places = scenario.waiting.places
    recorder.up = [Double(scenario.cold.count), Double(scenario.hot.count)]
    updateRoutes(isFirst: true)
    for flow in flows.indices { scheduleArrival(flow) }
    for instance in fleet.instances.indices { scheduleFailure(instance) }
  }

  mutating func toEnd() {
    while let event = events.popFirst(), event.time < end {
      now = event.time
      handled += 1
      recorder.advance(to: now)
      switch event.kind {
      case .arrival(let flow): arrive(flow)
      case .departure(let slot, let life): depart(slot, life)
      case .failure(let instance): fail(instance)
      case .repair(let instance): repair(instance)
      case .check(let instance): check(instance)
      case .hold: updateRoutes()
      }
    }
    recorder.advance(to: end)
  }

  mutating func note(_ kind: TraceEntry.Kind, _ subject: Int) {
    if trace.count < traced { trace.append(TraceEntry(time: now, kind: kind, subject: subject)) }
  }

  mutating func scheduleArrival(_ flow: Int) {
    let rate = scenario.flows[flow].arrivalRate
    guard rate > 0 else { return }
    events.add(.arrival(flow: flow), at: now + Distribution.exponential(mean: 1 / rate).draw(&flows[flow].arrivals))
  }

  private mutating func arrive(_ flow: Int) {
    scheduleArrival(flow)
    note(.arrived, flow)
    dispatch(Request(arrival: now, flow: flow))
  }

  private mutating func depart(_ slot: Int32, _ life: Int32) {
    let instance = fleet.owner(of: slot)
    guard fleet.instances[instance].life == life, let work = fleet.end(slot) else { return }
    recorder.busy[fleet.instances[instance].isHot ? 1 : 0] -= 1
    recorder.addServed(work.request, start: work.start, end: now)
    note(.served, instance)
    if waitsAtBalancer {
      pull(instance)
    } else if let next = fleet.instances[instance].line.popFirst() {
      begin(next, at: instance)
    }
  }
}
