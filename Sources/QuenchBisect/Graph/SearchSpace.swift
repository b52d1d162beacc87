/// The commits that may be the culprit: the bad end and its ancestors without the good ends and theirs.
public struct SearchSpace: Sendable {
  /// The graph that the candidates are part of.
  public let graph: CommitGraph
  /// The end at which the tests fail.
  public let bad: String
  /// The ends at which they pass.
  public let goods: [String]
  /// Where bad and good histories part, when a good end is no ancestor of the bad one; to be tested first, as git does.
  ///
  /// If one of them fails, what the tests found was fixed on the way to the good end, and no candidate is to blame.
  public let mergeBases: [String]
  /// The graph's positions of the candidates, parents first; the last is the bad end.
  let positions: [Int32]
  let parentStarts: [Int32]
  let parents: [Int32]
  let childStarts: [Int32]
  let children: [Int32]
  private let locals: [Int32]

  /// Takes the ends of a search.
  ///
  /// - Throws: `BisectionError` with what is wrong with the ends.
  public init(_ graph: CommitGraph, bad: String, goods: [String]) throws(BisectionError) {
    let tip = try graph.position(of: bad)
    var tips: [Int] = []
    for good in goods { tips.append(try graph.position(of: good)) }
    guard !tips.isEmpty else { throw .noGoodEnd }
    if tips.contains(tip) { throw .sameEnds(bad) }
    let broken = graph.ancestors(of: [tip])
    let sound = graph.ancestors(of: tips)
    if sound[tip] {
      let good = tips.firstIndex { graph.ancestors(of: [$0])[tip] } ?? 0
      throw .swapped(bad: bad, good: goods[good])
    }
    var bases: [String] = []
    if tips.contains(where: { !broken[$0] }) {
      for (good, position) in zip(goods, tips) where !broken[position] {
        let marks = graph.ancestors(of: [position])
        guard marks.indices.contains(where: { marks[$0] && broken[$0] }) else {
          throw .unrelated(bad: bad, good: good)
        }
      }
      bases = Self.newest(graph) { broken[$0] && sound[$0] }.filter { !goods.contains($0) }
    }
    self.init(graph, bad: bad, goods: goods, mergeBases: bases) { broken[$0] && !sound[$0] }
  }

  private init(
    _ graph: CommitGraph, bad: String, goods: [String], mergeBases: [String], isCandidate: (Int) -> Bool
  ) {
    var locals = [Int32](repeating: -1, count: graph.count)
    var positions: [Int32] = []
    for position in 0..<graph.count where isCandidate(position) {
      locals[position] = Int32(positions.count)
      positions.append(Int32(position))
    }
    var parentStarts: [Int32] = [0]
    var parents: [Int32] = []
    var degrees = [Int32](repeating: 0, count: positions.count + 1)
    parentStarts.reserveCapacity(positions.count + 1)
    for position in positions {
      for parent in graph.parents(at: Int(position)) where locals[Int(parent)] >= 0 {
        parents.append(locals[Int(parent)])
        degrees[Int(locals[Int(parent)])] += 1
      }
      parentStarts.append(Int32(parents.count))
    }
    var childStarts: [Int32] = [0]
    childStarts.reserveCapacity(positions.count + 1)
    for local in positions.indices { childStarts.append(childStarts[local] + degrees[local]) }
    var cursors = childStarts
    var children = [Int32](repeating: 0, count: parents.count)
    for local in positions.indices {
      for parent in parents[Int(parentStarts[local])..<Int(parentStarts[local + 1])] {
        children[Int(cursors[Int(parent)])] = Int32(local)
        cursors[Int(parent)] += 1
      }
    }
    self.graph = graph
    self.bad = bad
    self.goods = goods
    self.mergeBases = mergeBases
    self.positions = positions
    self.parentStarts = parentStarts
    self.parents = parents
    self.childStarts = childStarts
    self.children = children
    self.locals = locals
  }

  /// The marked commits that no marked commit descends from; marked are a commit's ancestors along with it.
  private static func newest(_ graph: CommitGraph, _ isMarked: (Int) -> Bool) -> [String] {
    var covered = [Bool](repeating: false, count: graph.count)
    for position in 0..<graph.count where isMarked(position) {
      for parent in graph.parents(at: position) { covered[Int(parent)] = true }
    }
    return (0..<graph.count).filter { isMarked($0) && !covered[$0] }.map { graph.ids[$0] }
  }

  /// How many candidates there are.
  public var count: Int { positions.count }

  /// The candidates, parents before children.
  public var candidates: [String] { positions.map { graph.ids[Int($0)] } }

  func id(of candidate: Int) -> String { graph.ids[Int(positions[candidate])] }

  /// The number of a candidate, nil for any other commit.
  func candidate(_ id: String) -> Int? {
    guard let position = try? graph.position(of: id), locals[position] >= 0 else { return nil }
    return Int(locals[position])
  }

  func parents(of candidate: Int) -> ArraySlice<Int32> {
    parents[Int(parentStarts[candidate])..<Int(parentStarts[candidate + 1])]
  }

  func children(of candidate: Int) -> ArraySlice<Int32> {
    children[Int(childStarts[candidate])..<Int(childStarts[candidate + 1])]
  }

  /// Marks of a candidate and of the candidates that are its ancestors.
  func ancestors(of candidate: Int) -> [Bool] {
    var marks = [Bool](repeating: false, count: count)
    marks[candidate] = true
    for local in stride(from: candidate, through: 0, by: -1) where marks[local] {
      for parent in parents(of: local) { marks[Int(parent)] = true }
    }
    return marks
  }
}
