/// Commits in the order git's walks take them: the youngest first, among equals the one that was put in first.
struct CommitQueue {
  private struct Element {
    let time: Int64
    let turn: Int
    let position: Int

    func precedes(_ other: Element) -> Bool {
      time != other.time ? time > other.time : turn < other.turn
    }
  }

  // A binary heap: each element precedes those at 2i+1 and 2i+2.
  private var heap: [Element] = []
  private var turns = 0

  var isEmpty: Bool { heap.isEmpty }

  /// The time of the commit that `pop` takes next.
  var youngestTime: Int64? { heap.first?.time }

  mutating func push(_ position: Int, time: Int64) {
    heap.append(Element(time: time, turn: turns, position: position))
    turns += 1
    var child = heap.count - 1
    while child > 0, heap[child].precedes(heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func pop() -> Int? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return first.position }
    heap[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].precedes(heap[least]) {
        least = child
      }
      guard least != parent else { return first.position }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
