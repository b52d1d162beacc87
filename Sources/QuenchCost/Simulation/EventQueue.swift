/// Something that will happen.
struct Event: Sendable {
  enum Kind: Sendable {
    /// A request of a flow comes.
    case arrival(flow: Int)
    /// The work in a slot is done, unless the slot's instance has failed since: then its `life` is another.
    case departure(slot: Int32, life: Int32)
    /// An instance fails.
    case failure(Int)
    /// An instance is up again.
    case repair(Int)
    /// An instance is checked.
    case check(Int)
    /// A flow's preferred set may have been well for its hold time.
    case hold
  }

  /// In seconds since the beginning.
  let time: Double
  /// The number of events that were added before, so that of two at one time the older goes first.
  let order: Int
  let kind: Kind

  func isBefore(_ other: Event) -> Bool { time < other.time || (time == other.time && order < other.order) }
}

/// The events to come, the next one first: a binary heap (Williams, "Algorithm 232: Heapsort", CACM 7 (1964)).
struct EventQueue: Sendable {
  private var heap: [Event] = []
  private var added = 0

  mutating func add(_ kind: Event.Kind, at time: Double) {
    let event = Event(time: time, order: added, kind: kind)
    added += 1
    heap.append(event)
    var place = heap.count - 1
    while place > 0 {
      let parent = (place - 1) / 2
      guard event.isBefore(heap[parent]) else { break }
      heap[place] = heap[parent]
      place = parent
    }
    heap[place] = event
  }

  mutating func popFirst() -> Event? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    let count = heap.count
    guard count > 0 else { return first }
    var place = 0
    while true {
      var child = 2 * place + 1
      guard child < count else { break }
      if child + 1 < count, heap[child + 1].isBefore(heap[child]) { child += 1 }
      guard heap[child].isBefore(last) else { break }
      heap[place] = heap[child]
      place = child
    }
    heap[place] = last
    return first
  }
}
