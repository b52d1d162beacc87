import NIOConcurrencyHelpers

/// How many clients of one class are connected, all event loops together, and who waits for there to be fewer.
final class ConnectionCount: Sendable {
  private struct State {
    var count = 0
    var limit = Int.max
    var waiting: [@Sendable () -> Void] = []

    var isFull: Bool { count >= limit }

    /// Those that need not wait any more.
    mutating func takeWaiting() -> [@Sendable () -> Void] {
      guard !isFull else { return [] }
      defer { waiting = [] }
      return waiting
    }
  }

  private let state = NIOLockedValueBox(State())

  func setLimit(_ new: Int) {
    let woken = state.withLockedValue { state in
      state.limit = new
      return state.takeWaiting()
    }
    for wake in woken { wake() }
  }

  func enter() { state.withLockedValue { $0.count += 1 } }

  func leave() {
    let woken = state.withLockedValue { state in
      state.count -= 1
      return state.takeWaiting()
    }
    for wake in woken { wake() }
  }

  /// Whether there is room for another; if not, `wake` is called once, as soon as there is.
  func hasRoom(orLater wake: @escaping @Sendable () -> Void) -> Bool {
    state.withLockedValue { state in
      if state.isFull { state.waiting.append(wake) }
      return !state.isFull
    }
  }
}

/// The counts of all classes, each of which has a share of the limit for itself.
struct ConnectionCounts: Sendable {
  private let production = ConnectionCount()
  private let test = ConnectionCount()

  subscript(trafficClass: TrafficClass) -> ConnectionCount {
    switch trafficClass {
    case .production: production
    case .test: test
    }
  }

  /// Sets how many clients there may be in all; where descriptors do not go so far, there are fewer.
  func setLimit(_ new: Int) {
    let limit = min(new, DescriptorLimit.clients)
    for trafficClass in TrafficClass.allCases { self[trafficClass].setLimit(trafficClass.share(of: limit)) }
  }
}
