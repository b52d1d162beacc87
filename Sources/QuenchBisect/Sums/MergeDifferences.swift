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
  private var merges: [Int32] = []
  private var columns: [Int32] = []
  private(set) var isKept = true

  init(_ graph: ChainGraph, keptAtMost limit: Int = keptAtMost) {
    self.graph = graph
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
  private func sweep(
    from first: Int, _ rows: UnsafeMutablePointer<Row>, _ starts: UnsafeBufferPointer<Int32>,
    _ parents: UnsafeBufferPointer<Int32>, _ visit: (Int, Int) -> Bool
  ) -> Bool {
    for chain in first..<graph.count {
      let begin = Int(starts[chain])
      let end = Int(starts[chain + 1])
      var row = Row(repeating: 0)
      if begin < end, Int(parents[begin]) >= first { row = rows[Int(parents[begin]) - first] }
      if end - begin > 1 {
        var others = Row(repeating: 0)
        for edge in begin + 1..<end where Int(parents[edge]) >= first { others |= rows[Int(parents[edge]) - first] }
        let difference = others & ~row
        row |= others
        let halves = difference.lowHalf | difference.highHalf
        let quarters = halves.lowHalf | halves.highHalf
        if quarters[0] | quarters[1] != 0 {
          for word in 0..<8 {
            var bits = difference[word]
            while bits != 0 {
              guard visit(chain, first + word * 64 + bits.trailingZeroBitCount) else { return false }
              bits &= bits - 1
            }
          }
        }
      }
      if chain - first < Self.columnsPerBlock { row[(chain - first) >> 6] |= 1 << UInt64((chain - first) & 63) }
      rows[chain - first] = row
    }
    return true
  }
}
