import Synchronization

/// How often those who do not show a good token are answered: few times a minute from one address, and not often in all.
final class GuessLimit: Sendable {
  private struct State {
    var begun = ContinuousClock.now
    var misses: [String: Int] = [:]
    var all = 0
  }

  private let state = Mutex(State())
  private let fromOne: Int
  private let fromAll: Int
  private let window: Duration

  /// - Parameters:
  ///   - fromOne: how many misses from one address are answered as such in a window.
  ///   - fromAll: how many from all.
  init(fromOne: Int = 20, fromAll: Int = 200, window: Duration = .seconds(60)) {
    self.fromOne = fromOne
    self.fromAll = fromAll
    self.window = window
  }

  /// Notes that an address showed no good token.
  ///
  /// - Returns: whether that is within the limits.
  func miss(_ address: String, at now: ContinuousClock.Instant = .now) -> Bool {
    let origin = Self.origin(of: address)
    return state.withLock { state in
      if now - state.begun >= window { state = State(begun: now) }
      // Nothing is kept of those beyond the limit, so that whoever comes from everywhere does not fill the memory.
      guard state.all < fromAll, state.misses[origin, default: 0] < fromOne else { return false }
      state.misses[origin, default: 0] += 1
      state.all += 1
      return true
    }
  }

  /// The address, or of IPv6 the network of 64 bits that is one customer's.
  private static func origin(of address: String) -> String {
    guard address.contains(":"), !address.contains(".") else { return address }
    let groups = address.split(separator: ":", omittingEmptySubsequences: false)
    guard let gap = groups.firstIndex(of: ""), gap < 4 else { return groups.prefix(4).joined(separator: ":") }
    return groups[..<gap].joined(separator: ":") + "::"
  }
}
