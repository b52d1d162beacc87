import NIOConcurrencyHelpers
import Synchronization

/// How many clients of one class are connected, all event loops together, and who waits for there to be fewer.
final class ConnectionCount: Sendable {
  private struct State {
    var count = 0
    var limit = Int.max
    var descriptors = Int.max
    /// Who waits, each once.
    var waiting: [ObjectIdentifier: @Sendable () -> Void] = [:]
  }

  private let state = NIOLockedValueBox(State())
  private let resting = Atomic(0)

  /// - Parameters:
  ///   - limit: how many clients there may be.
  ///   - descriptors: how many there are for clients and their backends together.
  func setLimit(_ limit: Int, descriptors: Int) {
    wake { state in
      state.limit = limit
      state.descriptors = descriptors
    }
  }

  func enter() { state.withLockedValue { $0.count += 1 } }

  func leave() { wake { $0.count -= 1 } }

  /// A client is answered, and has no backend before it asks for something else.
  func rest() { resting.add(1, ordering: .relaxed) }

  /// It rests no more: it asks again, or has left.
  func endRest() { resting.subtract(1, ordering: .relaxed) }

  /// Whether there is room for another; if not, `wake` is called once, as soon as a client has left.
  func hasRoom(for gate: ObjectIdentifier, orLater wake: @escaping @Sendable () -> Void) -> Bool {
    state.withLockedValue { state in
      let isFull = isFull(state)
      state.waiting[gate] = isFull ? wake : nil
      return !isFull
    }
  }

  /// Whether the next client, or its backend, might find no descriptor.
  ///
  /// Clients that rest need no backend, so there may be more of them than there could be backends; a quarter of the
  /// descriptors stays for those who ask again.
  private func isFull(_ state: State) -> Bool {
    let used = 2 * state.count - resting.load(ordering: .relaxed)
    return state.count >= state.limit || used + 2 > state.descriptors
      || state.count > 0 && state.count >= state.descriptors - state.descriptors / 4
  }

  private func wake(_ change: (inout State) -> Void) {
    let woken = state.withLockedValue { state -> [@Sendable () -> Void] in
      change(&state)
      guard !isFull(state) else { return [] }
      defer { state.waiting = [:] }
      return Array(state.waiting.values)
    }
    for wake in woken { wake() }
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
  func setLimit(_ limit: Int) {
    for trafficClass in TrafficClass.allCases {
      self[trafficClass].setLimit(
        trafficClass.share(of: limit), descriptors: trafficClass.share(of: DescriptorLimit.traffic))
    }
  }
}
