import Synchronization

/// How often somebody who does not show a good token may try: few times a minute from one address, and not often from all.
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

  /// Whether an address has to wait before what it shows is looked at.
  func isExceeded(by address: String, at now: ContinuousClock.Instant = .now) -> Bool {
    state.withLock { state in
      renew(&state, now)
      return state.misses[address, default: 0] >= fromOne || state.misses[address] != nil && state.all >= fromAll
    }
  }

  /// Notes that an address showed no good token.
  func miss(_ address: String, at now: ContinuousClock.Instant = .now) {
    state.withLock { state in
      renew(&state, now)
      // Whoever comes from everywhere is not to fill the memory.
      if state.misses.count < 10_000 || state.misses[address] != nil { state.misses[address, default: 0] += 1 }
      state.all += 1
    }
  }

  private func renew(_ state: inout State, _ now: ContinuousClock.Instant) {
    if now - state.begun >= window { state = State(begun: now) }
  }
}
