/// The candidates in classes of those that the runs so far cannot tell apart, because they are ancestors of the same of the
/// commits that were run.
///
/// There are about as many classes as runs, so that a posterior over a million commits is a few dozen numbers. Classes are
/// numbered by their first candidates: the same runs in any order give the same numbers.
struct Partition: Sendable {
  struct Class: Sendable {
    var size = 0
    /// The prior probabilities of its candidates together.
    var prior = 0.0
    /// Its candidate of the highest prior; of several, the first.
    var heaviest = 0
    var heaviestPrior = -1.0
    /// For each spot that was run, whether a culprit of this class makes it broken.
    var reached: [Bool] = []
  }

  /// The class of each candidate.
  private(set) var numbers: [Int32]
  private(set) var classes: [Class]
  /// The spots that were run, in the order of their first runs.
  private(set) var spots: [Spot] = []
  private var slots: [Spot: Int] = [:]

  init(priors: [Double]) {
    numbers = [Int32](repeating: 0, count: priors.count)
    classes = []
    fill(priors, reached: [[]])
  }

  func slot(of spot: Spot) -> Int? { slots[spot] }

  /// Tells apart what a run at `spot` tells apart, and answers the old class of each new one.
  @discardableResult
  mutating func refine(by spot: Spot, in space: SearchSpace, priors: [Double]) -> [Int] {
    if slots[spot] != nil { return Array(classes.indices) }
    slots[spot] = spots.count
    spots.append(spot)
    guard case .candidate(let candidate) = spot, candidate < space.count - 1 else {
      let isReached = spot == .candidate(space.count - 1)
      for index in classes.indices { classes[index].reached.append(isReached) }
      return Array(classes.indices)
    }
    let marks = space.ancestors(of: candidate)
    // New numbers of the unmarked and of the marked half of each class.
    var halves = [Int32](repeating: -1, count: classes.count * 2)
    var origins: [Int] = []
    var reached: [[Bool]] = []
    for index in numbers.indices {
      let old = Int(numbers[index])
      let half = old * 2 + (marks[index] ? 1 : 0)
      if halves[half] < 0 {
        halves[half] = Int32(origins.count)
        origins.append(old)
        reached.append(classes[old].reached + [marks[index]])
      }
      numbers[index] = halves[half]
    }
    fill(priors, reached: reached)
    return origins
  }

  private mutating func fill(_ priors: [Double], reached: [[Bool]]) {
    classes = reached.map { Class(reached: $0) }
    for (candidate, number) in numbers.enumerated() {
      let number = Int(number)
      classes[number].size += 1
      classes[number].prior += priors[candidate]
      if priors[candidate] > classes[number].heaviestPrior {
        classes[number].heaviest = candidate
        classes[number].heaviestPrior = priors[candidate]
      }
    }
  }
}
