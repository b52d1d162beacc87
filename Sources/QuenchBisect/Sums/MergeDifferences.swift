/// For each merge, the chains that its further parents have and its first parent has not.
///
/// They are found with bit-sets, one row for each chain, in blocks of 512 columns: memory grows with the number of chains, not
/// with its square. Histories merge small branches, so all the differences together are few and kept; where they are too
/// many, each use sweeps the blocks again.
struct MergeDifferences: Sendable {
  private typealias Row = SIMD8<UInt64>
  private static let columnsPerBlock = 512
  /// Pairs kept at most: 256 MiB of them.
  static let keptAtMost = 32 << 20

  private let graph: ChainGraph
  /// The last chain that has the chain as a parent; −1 for the bad end's.
  private let lastChildren: [Int32]
  /// How many earlier chains are a parent of the chain or of a later one.
  private let openBefore: [Int32]
  private let lastRoot: Int
  private var merges: [Int32] = []
  private var columns: [Int32] = []
  private(set) var isKept = true

  init(_ graph: ChainGraph, keptAtMost limit: Int = keptAtMost) {
    self.graph = graph
    var lastChildren = [Int32](repeating: -1, count: graph.count)
    for chain in 0..<graph.count {
      for parent in graph.parents(of: chain) { lastChildren[Int(parent)] = Int32(chain) }
    }
    var openBefore = [Int32](repeating: 0, count: graph.count + 2)
    for (chain, last) in lastChildren.enumerated() where last >= 0 {
      openBefore[chain + 1] += 1
      openBefore[Int(last) + 1] -= 1
    }
    for chain in 1..<openBefore.count { openBefore[chain] += openBefore[chain - 1] }
    self.lastChildren = lastChildren
    self.openBefore = openBefore
    lastRoot = (0..<graph.count).last { graph.parents(of: $0).isEmpty } ?? 0
    guard (0..<graph.count).contains(where: { graph.parents(of: $0).count > 1 }) else { return }
    var merges: [Int32] = []
    var columns: [Int32] = []
    isKept = sweep { merge, column in
      merges.append(Int32(merge))
      columns.append(Int32(column))
      return merges.count <= limit
    }
    if isKept { (self.merges, self.columns) = (merges, columns) }
  }

  /// Adds to each merge's sum the weights of the chains in its difference.
  func add(_ weights: [Double], to sums: inout [Double]) {
    sums.withUnsafeMutableBufferPointer { sums in
      weights.withUnsafeBufferPointer { weights in
        if isKept {
          for (merge, column) in zip(merges, columns) { sums[Int(merge)] += weights[Int(column)] }
        } else {
          sweep { merge, column in
            sums[merge] += weights[column]
            return true
          }
        }
      }
    }
  }

  /// Visits all pairs of a merge and a chain in its difference, until the visitor answers false.
  @discardableResult
  private func sweep(_ visit: (_ merge: Int, _ column: Int) -> Bool) -> Bool {
    let rows = UnsafeMutablePointer<Row>.allocate(capacity: graph.count)
    defer { rows.deallocate() }
    return graph.parents.withUnsafeBufferPointer { parents in
      graph.parentStarts.withUnsafeBufferPointer { starts in
        for first in stride(from: 0, to: graph.count, by: Self.columnsPerBlock) {
          guard sweep(from: first, rows, starts, parents, visit) else { return false }
        }
        return true
      }
    }
  }

  /// One block: the columns from `first` on, and the rows from there, since no earlier chain reaches them.
  ///
  /// It ends where every row that a later one begins with has all columns, for then all later rows have.
  private func sweep(
    from first: Int, _ rows: UnsafeMutablePointer<Row>, _ starts: UnsafeBufferPointer<Int32>,
    _ parents: UnsafeBufferPointer<Int32>, _ visit: (Int, Int) -> Bool
  ) -> Bool {
    let end = min(graph.count, first + Self.columnsPerBlock)
    var full = Row(repeating: 0)
    for column in 0..<end - first { full[column >> 6] |= 1 << UInt64(column & 63) }
    // Rows that miss a column and have a child to come.
    var partial = Int(openBefore[first])
    for chain in first..<graph.count {
      let edges = Int(starts[chain])..<Int(starts[chain + 1])
      var row = Row(repeating: 0)
      var others = Row(repeating: 0)
      for edge in edges {
        let parent = Int(parents[edge])
        let above = parent < first ? Row(repeating: 0) : rows[parent - first]
        if edge == edges.lowerBound { row = above } else { others |= above }
        if Int(lastChildren[parent]) == chain, above != full { partial -= 1 }
      }
      if edges.count > 1 {
        guard Self.visit(others & ~row, { visit(chain, first + $0) }) else { return false }
        row |= others
      }
      if chain < end { row[(chain - first) >> 6] |= 1 << UInt64((chain - first) & 63) }
      rows[chain - first] = row
      if Int(lastChildren[chain]) > chain, row != full { partial += 1 }
      if partial == 0, chain >= lastRoot, chain >= end - 1 { return true }
    }
    return true
  }

  private static func visit(_ row: Row, _ visit: (Int) -> Bool) -> Bool {
    let halves = row.lowHalf | row.highHalf
    let quarters = halves.lowHalf | halves.highHalf
    guard quarters[0] | quarters[1] != 0 else { return true }
    for word in 0..<8 {
      var bits = row[word]
      while bits != 0 {
        guard visit(word * 64 + bits.trailingZeroBitCount) else { return false }
        bits &= bits - 1
      }
    }
    return true
  }
}
