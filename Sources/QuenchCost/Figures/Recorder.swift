/// Adds up what a simulation shows, batch by batch, after the warm-up.
struct Recorder: Sendable {
  /// What is added up for a flow.
  struct FlowSums: Hashable, Sendable {
    var served = 0.0
    var lost = 0.0
    var wait = 0.0
    var response = 0.0
    var switches = 0.0
    var outages = 0.0
    /// Time in which a request would be lost, and in which it would be or there would be too few instances.
    var missed = 0.0
    var short = 0.0
  }

  /// What is added up for a set.
  struct SetSums: Hashable, Sendable {
    var busy = 0.0
    var up = 0.0
  }

  /// The state at this time, as far as it is added up over time.
  struct Level: Hashable, Sendable {
    var missed = 0.0
    var short = 0.0
  }

  /// A batch mean is taken as normal and the batches as independent: a few dozens of them, each as long as can be.
  static let batchCount = 30

  private(set) var flows: [[FlowSums]]
  private(set) var sets: [[SetSums]]
  private(set) var losses: [Losses]
  private(set) var waits: [Histogram]
  private(set) var responses: [Histogram]
  /// For each flow.
  private(set) var levels: [Level]
  /// Busy slots and instances that are up, cold and hot.
  var busy = [0.0, 0.0]
  var up = [0.0, 0.0]

  private let warmUp: Double
  private let batchLength: Double
  private var batch = 0
  private var batchEnd: Double
  private var since: Double

  init(flows count: Int, warmUp: Double, seconds: Double) {
    self.warmUp = warmUp
    batchLength = seconds / Double(Self.batchCount)
    batchEnd = warmUp + batchLength
    since = warmUp
    flows = Array(repeating: Array(repeating: FlowSums(), count: Self.batchCount), count: count)
    sets = Array(repeating: Array(repeating: SetSums(), count: Self.batchCount), count: 2)
    losses = Array(repeating: Losses(), count: count)
    waits = Array(repeating: Histogram(), count: count)
    responses = Array(repeating: Histogram(), count: count)
    levels = Array(repeating: Level(), count: count)
  }

  /// Whether anything is measured at the time that was advanced to.
  private(set) var isMeasuring = false

  /// Adds up the state until a time, before it changes.
  mutating func advance(to time: Double) {
    guard time >= warmUp else { return }
    isMeasuring = true
    while time >= batchEnd, batch + 1 < Self.batchCount {
      add(batchEnd - since)
      since = batchEnd
      batch += 1
      batchEnd = warmUp + Double(batch + 1) * batchLength
    }
    add(time - since)
    since = time
  }

  private mutating func add(_ span: Double) {
    guard span > 0 else { return }
    for flow in levels.indices {
      flows[flow][batch].missed += span * levels[flow].missed
      flows[flow][batch].short += span * levels[flow].short
    }
    for set in 0..<2 {
      sets[set][batch].busy += span * busy[set]
      sets[set][batch].up += span * up[set]
    }
  }

  mutating func addServed(_ request: Request, start: Double, end: Double) {
    guard isMeasuring else { return }
    let flow = request.flow
    let wait = start - request.arrival
    let response = end - request.arrival
    flows[flow][batch].served += 1
    flows[flow][batch].wait += wait
    flows[flow][batch].response += response
    waits[flow].add(wait)
    responses[flow].add(response)
  }

  mutating func addLost(_ flow: Int, _ reason: WritableKeyPath<Losses, Int>) {
    guard isMeasuring else { return }
    flows[flow][batch].lost += 1
    losses[flow][keyPath: reason] += 1
  }

  /// Changes the level of a flow; it is an outage where instances become too few.
  mutating func set(_ level: Level, of flow: Int) {
    if isMeasuring, level.short == 1, levels[flow].short < 1 { flows[flow][batch].outages += 1 }
    levels[flow] = level
  }

  mutating func addSwitch(_ flow: Int) {
    if isMeasuring { flows[flow][batch].switches += 1 }
  }

  /// The mean of a set's sum over time, per `unit`; nil for an empty set.
  func mean(_ set: Int, per unit: Int, _ sum: KeyPath<SetSums, Double>) -> Estimate? {
    Estimate(ratio: sets[set].map { (upper: $0[keyPath: sum], lower: batchLength * Double(unit)) })
  }

  /// The mean of a flow's sum over time.
  func mean(_ flow: Int, _ sum: KeyPath<FlowSums, Double>) -> Estimate {
    Estimate(meanOf: flows[flow].map { $0[keyPath: sum] / batchLength })
  }
}
