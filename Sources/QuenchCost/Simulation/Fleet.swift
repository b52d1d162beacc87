/// One instance in a simulation.
struct InstanceState: Sendable {
  let isHot: Bool
  let slots: Int
  /// Its first slot among those of all instances.
  let firstSlot: Int
  var isUp = true
  /// Whether the balancer takes it for healthy.
  var isBelieved = true
  /// Checks in a row that came out otherwise than believed.
  var streak = 0
  var isCheckDue = false
  /// How often it has failed.
  var life: Int32 = 0
  /// The requests that it works on.
  var working = 0
  /// The requests that wait at it.
  var line = RequestLine()
  var failures: RandomStream
  var checks: RandomStream

  /// The requests that are with it.
  var present: Int { working + line.count }
  var hasFreeSlot: Bool { working < slots }
}

/// The instances of both sets, the cold ones first, and the requests that they work on.
struct Fleet: Sendable {
  struct Work: Sendable {
    let request: Request
    let start: Double
  }

  var instances: [InstanceState] = []
  /// What is done in each slot.
  private var work: [Work?] = []
  /// The instance of each slot.
  private var owners: [Int32] = []
  /// Of each instance, from its first slot on: its slots, those that are free in front.
  private var free: [Int32] = []

  init(_ scenario: Scenario, seed: UInt64) {
    for (isHot, set) in [(false, scenario.cold), (true, scenario.hot)] {
      for number in 0..<set.count {
        // Streams are numbered by set and place, so that one instance more changes nothing for the others.
        let stream = (isHot ? 2_000_000 : 1_000_000) + 2 * number
        instances.append(
          InstanceState(
            isHot: isHot, slots: set.slots, firstSlot: work.count,
            failures: RandomStream(seed: seed, stream: stream),
            checks: RandomStream(seed: seed, stream: stream + 1)))
        for _ in 0..<set.slots {
          free.append(Int32(work.count))
          owners.append(Int32(instances.count - 1))
          work.append(nil)
        }
      }
    }
  }

  /// The healthy instances of each set, as far as is known.
  var believed: (cold: Int, hot: Int) {
    var believed = (cold: 0, hot: 0)
    for instance in instances where instance.isBelieved {
      if instance.isHot { believed.hot += 1 } else { believed.cold += 1 }
    }
    return believed
  }

  func owner(of slot: Int32) -> Int { Int(owners[Int(slot)]) }

  /// Begins work on a request in a free slot of an instance, and answers which.
  mutating func begin(_ request: Request, at instance: Int, _ now: Double) -> Int32 {
    let slot = free[instances[instance].firstSlot + instances[instance].slots - 1 - instances[instance].working]
    instances[instance].working += 1
    work[Int(slot)] = Work(request: request, start: now)
    return slot
  }

  /// Ends the work in a slot.
  mutating func end(_ slot: Int32) -> Work? {
    let instance = owner(of: slot)
    instances[instance].working -= 1
    free[instances[instance].firstSlot + instances[instance].slots - 1 - instances[instance].working] = slot
    defer { work[Int(slot)] = nil }
    return work[Int(slot)]
  }

  /// Ends all that an instance works on, and takes out what waits at it: those that had been begun, and the others.
  mutating func breakOff(_ instance: Int) -> [Request] {
    let first = instances[instance].firstSlot
    var broken: [Request] = []
    for slot in first..<first + instances[instance].slots {
      if let work = work[slot] { broken.append(work.request) }
      work[slot] = nil
      free[slot] = Int32(slot)
    }
    instances[instance].working = 0
    instances[instance].life += 1
    return broken + instances[instance].line.removeAll()
  }
}
