import Foundation

/// One change of who serves a class of traffic.
public struct TrafficSwitch: Sendable, Hashable, Codable {
  /// What made it.
  public enum Reason: String, Sendable, Hashable, Codable, CaseIterable {
    /// A new table.
    case table
    /// Checks of a backend failed.
    case unhealthy
    /// Requests failed with a backend.
    case ejected
    /// A backend is healthy again.
    case recovered
  }

  /// Counts up from 1.
  public var number: Int
  /// The listener whose traffic it was.
  public var listener: String
  /// Whose traffic it was.
  public var trafficClass: TrafficClass
  /// Who served before; nil when nobody did.
  public var from: Serving?
  /// Who serves since; nil when nobody does.
  public var to: Serving?
  /// What made it.
  public var reason: Reason
  /// The reason in words: the backend and what failed with it, or the table's own reason.
  public var detail: String
  /// When.
  public var at: Date

  /// Makes a switch.
  public init(
    number: Int, listener: String, trafficClass: TrafficClass, from: Serving?, to: Serving?, reason: Reason,
    detail: String, at: Date
  ) {
    self.number = number
    self.listener = listener
    self.trafficClass = trafficClass
    self.from = from
    self.to = to
    self.reason = reason
    self.detail = detail
    self.at = at
  }
}

/// The switches there were: how many for each reason, and the latest of them.
public struct SwitchRecord: Sendable, Equatable, Codable {
  /// How many are kept in full.
  public static let most = 100

  /// How many there were.
  public private(set) var count: Int
  /// How many there were for each reason and class.
  public private(set) var counts: [SwitchCount]
  /// The latest, oldest first.
  public private(set) var recent: [TrafficSwitch]

  /// No switches.
  public init() {
    count = 0
    counts = []
    recent = []
  }

  /// Adds a switch, which gets the next number.
  public mutating func add(_ new: TrafficSwitch) {
    count += 1
    var numbered = new
    numbered.number = count
    if recent.count >= Self.most { recent.removeFirst() }
    recent.append(numbered)
    if let index = counts.firstIndex(where: { $0.reason == new.reason && $0.trafficClass == new.trafficClass }) {
      counts[index].count += 1
    } else {
      counts.append(SwitchCount(reason: new.reason, trafficClass: new.trafficClass, count: 1))
    }
  }
}

/// How often a class of traffic was switched for one reason.
public struct SwitchCount: Sendable, Hashable, Codable {
  /// What made the switches.
  public var reason: TrafficSwitch.Reason
  /// Whose traffic it was.
  public var trafficClass: TrafficClass
  /// How many there were.
  public var count: Int

  /// Makes a count.
  public init(reason: TrafficSwitch.Reason, trafficClass: TrafficClass, count: Int) {
    self.reason = reason
    self.trafficClass = trafficClass
    self.count = count
  }
}
