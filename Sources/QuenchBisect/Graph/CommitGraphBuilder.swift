/// Takes commits one by one and makes the graph of them, so that a million need not be held twice.
public struct CommitGraphBuilder: Sendable {
  private var ids: [String] = []
  private var numbers: [String: Int32] = [:]
  /// Where a commit's parents begin in `edges`, and how many they are; −1 for one that was only named as a parent.
  private var firstEdge: [Int32] = []
  private var edgeCount: [Int32] = []
  private var edges: [Int32] = []

  /// Begins with no commit.
  public init() {}

  /// Adds a commit; one that was added before stays as it was.
  ///
  /// Parents may be added later. Those that never are count as cut off, as in a shallow clone.
  public mutating func add(_ id: String, parents: [String]) {
    let number = Int(number(of: id))
    guard edgeCount[number] < 0 else { return }
    firstEdge[number] = Int32(edges.count)
    for parent in parents { edges.append(self.number(of: parent)) }
    edgeCount[number] = Int32(parents.count)
  }

  private mutating func number(of id: String) -> Int32 {
    if let number = numbers[id] { return number }
    let number = Int32(ids.count)
    numbers[id] = number
    ids.append(id)
    firstEdge.append(0)
    edgeCount.append(-1)
    return number
  }

  /// The graph of what was added.
  ///
  /// - Throws: `BisectionError.cyclic` when a commit is its own ancestor.
  public func graph() throws(BisectionError) -> CommitGraph {
    let order = try order()
    var positions = [Int32](repeating: -1, count: ids.count)
    for (position, number) in order.enumerated() { positions[Int(number)] = Int32(position) }
    var starts: [Int32] = [0]
    starts.reserveCapacity(order.count + 1)
    var parents: [Int32] = []
    parents.reserveCapacity(edges.count)
    for number in order {
      let begin = parents.count
      for edge in edges(of: Int(number)) {
        let parent = positions[Int(edge)]
        if parent >= 0, !parents[begin...].contains(parent) { parents.append(parent) }
      }
      starts.append(Int32(parents.count))
    }
    var byID: [String: Int32] = [:]
    byID.reserveCapacity(order.count)
    for (position, number) in order.enumerated() { byID[ids[Int(number)]] = Int32(position) }
    return CommitGraph(
      ids: order.map { ids[Int($0)] }, positions: byID, parentStarts: starts, parents: parents)
  }

  private func edges(of number: Int) -> ArraySlice<Int32> {
    let first = Int(firstEdge[number])
    return edges[first..<first + Int(max(0, edgeCount[number]))]
  }

  /// Added commits, parents first: depth first from the heads in the order of their ids.
  private func order() throws(BisectionError) -> [Int32] {
    enum Visit: UInt8 { case unseen, open, done }
    var visits = [Visit](repeating: .unseen, count: ids.count)
    var isParent = [Bool](repeating: false, count: ids.count)
    for number in ids.indices { for parent in edges(of: number) { isParent[Int(parent)] = true } }
    let heads = ids.indices.filter { edgeCount[$0] >= 0 && !isParent[$0] }.sorted { ids[$0] < ids[$1] }
    var order: [Int32] = []
    order.reserveCapacity(ids.count)
    var path: [(number: Int, next: Int)] = []
    for head in heads {
      visits[head] = .open
      path.append((head, 0))
      while let (number, next) = path.last {
        let parents = edges(of: number)
        if next == parents.count {
          visits[number] = .done
          order.append(Int32(number))
          path.removeLast()
          continue
        }
        path[path.count - 1].next += 1
        let parent = Int(parents[parents.startIndex + next])
        guard edgeCount[parent] >= 0 else { continue }
        switch visits[parent] {
        case .done: continue
        case .open: throw .cyclic(ids[parent])
        case .unseen:
          visits[parent] = .open
          path.append((parent, 0))
        }
      }
    }
    if let left = ids.indices.first(where: { edgeCount[$0] >= 0 && visits[$0] == .unseen }) { throw .cyclic(ids[left]) }
    return order
  }
}
