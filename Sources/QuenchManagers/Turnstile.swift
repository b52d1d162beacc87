import Synchronization

/// Lets one task in at a time, in the order they came.
///
/// Actors let others in while they wait; this does not.
final class Turnstile: Sendable {
  private struct Waiter {
    var ticket: Int64?
    var continuation: CheckedContinuation<Bool, Never>
  }

  private struct State {
    var isTaken = false
    var waiting: [Waiter] = []
  }

  private let state = Mutex(State())

  /// Does something when it is this task's turn.
  ///
  /// - Parameter isFirst: whether it goes before all that wait.
  func pass<Value>(
    isFirst: Bool = false, isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Value
  ) async rethrows -> Value {
    _ = await enter(isFirst: isFirst, ticket: nil)
    defer { leave() }
    return try await body()
  }

  /// Does something when it is this task's turn, unless it is turned away before that.
  ///
  /// - Parameters:
  ///   - ticket: what ``turnAway(_:)`` knows it by.
  ///   - isFirst: whether it goes before all that wait.
  /// - Returns: nil when it was turned away.
  func pass<Value>(
    with ticket: Int64, isFirst: Bool, isolation: isolated (any Actor)? = #isolation,
    _ body: () async throws -> Value
  ) async rethrows -> Value? {
    guard await enter(isFirst: isFirst, ticket: ticket) else { return nil }
    defer { leave() }
    return try await body()
  }

  /// Has whoever waits with a ticket not wait any longer; nothing is done where nobody does.
  func turnAway(_ ticket: Int64) {
    let waiter = state.withLock { state in
      state.waiting.firstIndex { $0.ticket == ticket }.map { state.waiting.remove(at: $0) }
    }
    waiter?.continuation.resume(returning: false)
  }

  /// Waits for the turn; false when it never comes.
  private func enter(
    isFirst: Bool, ticket: Int64?, isolation: isolated (any Actor)? = #isolation
  ) async -> Bool {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        if state.isTaken {
          state.waiting.insert(
            Waiter(ticket: ticket, continuation: continuation), at: isFirst ? 0 : state.waiting.count)
          return false
        }
        state.isTaken = true
        return true
      }
      if isFree { continuation.resume(returning: true) }
    }
  }

  private func leave() {
    let next = state.withLock { state -> Waiter? in
      guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
      state.isTaken = false
      return nil
    }
    next?.continuation.resume(returning: true)
  }
}
