/// Which sets a class of requests goes to, by how many of their instances are healthy.
public struct Routing: Hashable, Sendable {
  /// Which set is preferred.
  public enum Order: String, Hashable, Sendable, CaseIterable {
    /// Cold instances, as for production.
    case coldFirst = "cold first"
    /// Hot instances, as for tests.
    case hotFirst = "hot first"
  }

  /// When the set that is not preferred takes part.
  public enum Sharing: Hashable, Sendable {
    /// It takes all requests while the preferred one has fewer healthy instances than this, or than all it has.
    ///
    /// Where neither has so many, the preferred one is used as long as it has any. That is how a tier of the balancer
    /// works.
    case fallback(minimumHealthy: Int)
    /// It takes part while the share of healthy instances in the preferred one is below this.
    case spill(below: Double)
    /// Always.
    case together
  }

  /// Which set is preferred.
  public var order: Order
  /// When the other one takes part.
  public var sharing: Sharing
  /// Seconds that the preferred set must have been well before the other one is left.
  public var hold: Double

  /// Describes a routing.
  public init(_ order: Order, _ sharing: Sharing, hold: Double = 0) {
    self.order = order
    self.sharing = sharing
    self.hold = hold
  }

  /// Cold instances; hot ones while no cold one is healthy.
  public static let coldFirst = Routing(.coldFirst, .fallback(minimumHealthy: 1))
  /// Hot instances; cold ones while no hot one is healthy.
  public static let hotFirst = Routing(.hotFirst, .fallback(minimumHealthy: 1))
  /// All instances, always.
  public static let everyInstance = Routing(.coldFirst, .together)

  /// Cold instances; hot ones take part while the share of healthy cold ones is below this.
  public static func coldFirst(spillingBelow share: Double) -> Routing { Routing(.coldFirst, .spill(below: share)) }

  func check(_ input: String) throws(CostError) {
    try require(hold, "\(input).hold", .notNegative)
    switch sharing {
    case .fallback(let minimum): try require(minimum, "\(input).minimumHealthy", .atLeastOne)
    case .spill(let share): try require(share, "\(input).spillBelow", .share)
    case .together: break
    }
  }
}

/// The sets in use for a class of requests.
struct SetsInUse: Hashable, Sendable {
  var cold: Bool
  var hot: Bool

  /// Only the set that an order prefers.
  init(only order: Routing.Order) { (cold, hot) = (order == .coldFirst, order == .hotFirst) }

  /// Both sets.
  static let both = SetsInUse(cold: true, hot: true)

  private init(cold: Bool, hot: Bool) { (self.cold, self.hot) = (cold, hot) }

  /// How many instances they have, of so many cold and hot ones.
  func count(cold coldCount: Int, hot hotCount: Int) -> Int { (cold ? coldCount : 0) + (hot ? hotCount : 0) }
}

extension Routing {
  /// The sets to be used, without the hold time.
  ///
  /// - Parameters:
  ///   - healthy: how many instances of each set are healthy.
  ///   - all: how many instances each set has.
  func sets(healthy: (cold: Int, hot: Int), of all: (cold: Int, hot: Int)) -> SetsInUse {
    let isColdFirst = order == .coldFirst
    let (first, firstAll) = isColdFirst ? (healthy.cold, all.cold) : (healthy.hot, all.hot)
    let (second, secondAll) = isColdFirst ? (healthy.hot, all.hot) : (healthy.cold, all.cold)
    let preferred = SetsInUse(only: order)
    let other = SetsInUse(only: isColdFirst ? .hotFirst : .coldFirst)
    switch sharing {
    case .together: return .both
    case .spill(let share):
      // A share of k/n times n may come out a trifle above k.
      return first > 0 && Double(first) >= share * Double(firstAll) - 1e-9 ? preferred : .both
    case .fallback(let minimum):
      if first > 0, first >= min(minimum, firstAll) { return preferred }
      if second > 0, second >= min(minimum, secondAll) { return other }
      return first > 0 || second == 0 ? preferred : other
    }
  }
}
