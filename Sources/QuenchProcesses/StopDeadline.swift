import Foundation
import Synchronization

/// By when what a process started has to have ended, once it was asked to end itself.
///
/// A CI system gives a job it cancels some ten seconds before it kills it. Whatever grace the parts of a run have by
/// themselves, from the call on they share one deadline.
public final class StopDeadline: Sendable {
  /// The one that everything this process starts keeps to.
  public static let ofThisProcess = StopDeadline()

  /// How much of the time between the call and the end is whose; each begins when the one before it has ended.
  enum Share: Sendable {
    /// Builds, suites and hooks that were running when the call came.
    case command
    /// Services and what they depend on.
    case process
    /// What is run after the call, to clean up.
    case cleanUp

    var end: Duration {
      switch self {
      case .command: .milliseconds(2500)
      case .process: .milliseconds(4500)
      case .cleanUp: .seconds(6)
      }
    }
  }

  /// What everything gets that begins to end when the time is up.
  static let least: Duration = .milliseconds(250)

  private struct State {
    var call: ContinuousClock.Instant?
    var waiting: [Int: AsyncStream<Void>.Continuation] = [:]
    var next = 0
  }

  private let state = Mutex(State())

  init() {}

  /// Has the time begin; a second call changes nothing.
  public func call() {
    let waiting = state.withLock { state in
      if state.call == nil { state.call = .now }
      defer { state.waiting = [:] }
      return state.waiting.values
    }
    for continuation in waiting { continuation.finish() }
  }

  /// Whether the time has begun.
  public var isCalled: Bool { state.withLock { $0.call != nil } }

  /// Waits for `limit`, but no longer than until the end of `share` when there is a call, before or meanwhile.
  ///
  /// - Throws: `CancellationError`.
  func wait(atMost limit: Duration?, for share: Share) async throws {
    let start = ContinuousClock.now
    try await withThrowingTaskGroup(of: Void.self) { group in
      if let limit { group.addTask { try await Task.sleep(until: start + limit, clock: .continuous) } }
      group.addTask {
        let call = try await self.called()
        try await Task.sleep(until: max(call + share.end, start + Self.least), clock: .continuous)
      }
      try await group.next()
      group.cancelAll()
    }
  }

  private func called() async throws -> ContinuousClock.Instant {
    let (calls, continuation) = AsyncStream<Void>.makeStream()
    let number = state.withLock { state -> Int? in
      guard state.call == nil else { return nil }
      state.next += 1
      state.waiting[state.next] = continuation
      return state.next
    }
    if let number {
      for await _ in calls {}
      state.withLock { _ = $0.waiting.removeValue(forKey: number) }
    }
    guard let call = state.withLock({ $0.call }) else { throw CancellationError() }
    return call
  }
}

/// Has a command's tree killed when the time that ``StopDeadline`` leaves it is up, for as long as the command runs.
final class DeadlineGuard: Sendable {
  private let task = Mutex<Task<Void, Never>?>(nil)

  /// Begins to watch over the launcher of a command, which ends by itself when all it started has ended.
  func watch(_ launcher: ProcessIdentity?, deadline: StopDeadline = .ofThisProcess) {
    let share: StopDeadline.Share = deadline.isCalled ? .cleanUp : .command
    task.withLock { task in
      task = Task.detached {
        guard (try? await deadline.wait(atMost: nil, for: share)) != nil else { return }
        launcher?.signalTree(SIGKILL, includingItself: false)
      }
    }
  }

  func dismiss() { task.withLock { $0?.cancel() } }
}
