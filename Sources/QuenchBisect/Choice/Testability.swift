#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The chance that a candidate can be tested, after some could not.
///
/// Commits that do not build stand together: the chance of one more is high beside them and halves with distance in the
/// graph, the slower the more of them were met; and it is low beside commits that could be tested.
struct Testability: Sendable {
  /// The chance for each candidate; 0 where it was tried in vain.
  let chances: [Double]

  /// Nil where everything could be tested so far.
  init?(untestable: [Int], testable: [Int], in space: SearchSpace) {
    guard !untestable.isEmpty else { return nil }
    let reach = 2 * Double(untestable.count)
    let toUntestable = Self.distances(from: untestable, in: space)
    let toTestable = Self.distances(from: testable, in: space)
    chances = zip(toUntestable, toTestable).map { untestable, testable in
      if untestable == 0 { return 0 }
      let near = exp2(-Double(untestable) / reach)
      let alone = testable == Int32.max ? 1 : 1 - exp2(-Double(testable) / reach)
      return 1 - 0.9 * near * alone
    }
  }

  /// The number of edges to the nearest source, by parents and children alike; `Int32.max` where none is reached.
  static func distances(from sources: [Int], in space: SearchSpace) -> [Int32] {
    var distances = [Int32](repeating: .max, count: space.count)
    var queue = sources
    for source in sources { distances[source] = 0 }
    var next = 0
    while next < queue.count {
      let candidate = queue[next]
      next += 1
      for neighbours in [space.parents(of: candidate), space.children(of: candidate)] {
        for neighbour in neighbours where distances[Int(neighbour)] == .max {
          distances[Int(neighbour)] = distances[candidate] + 1
          queue.append(Int(neighbour))
        }
      }
    }
    return distances
  }
}
