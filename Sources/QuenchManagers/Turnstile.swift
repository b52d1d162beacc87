import Synchronization

/// Lets one task in at a time, in the order they came.
///
/// Actors let others in while they wait; this does not.
final class Turnstile: Sendable {
  private struct State {
    var isTaken = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  /// Does something when it is this task's turn.
  ///
  /// - Parameter isFirst: whether it goes before all that wait.
  func pass<Value>(
    isFirst: Bool = false, isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Value
  ) async rethrows -> Value {
    await enter(isFirst: isFirst)
    defer { leave() }
    return try await body()
  }

  private func enter(isFirst: Bool, isolation: isolated (any Actor)? = #isolation) async {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        if state.isTaken {
          state.waiting.insert(continuation, at: isFirst ? 0 : state.waiting.count)
          return false
        }
        state.isTaken = true
        return true
      }
      if isFree { continuation.resume() }
    }
  }

  private func leave() {
    let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
      state.isTaken = false
      return nil
    }
    next?.resume()
  }
}
