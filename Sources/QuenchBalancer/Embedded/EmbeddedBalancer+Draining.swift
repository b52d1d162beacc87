import Foundation
import NIOCore
import QuenchProcesses

extension EmbeddedBalancer {
  /// Waits until backends are drained; see ``Balancer/waitUntilDrained(_:deadline:)``.
  public func waitUntilDrained(_ backends: [String], deadline: Date) async throws -> DrainOutcome {
    let ids = Set(backends)
    let waiting = loops.map { loop in
      loop.eventLoop.flatSubmit { loop.value.whenDrained(ids) }
    }
    let all = EventLoopFuture.andAllSucceed(waiting, on: loops[0].eventLoop)
    if await ends(all, before: deadline) { return .drained }
    try Task.checkCancellation()
    let cut = try await onLoops { $0.cutOff(ids) }.reduce(0, +)
    return cut == 0 ? .drained : .cutOff(cut)
  }

  /// Gives what is under way with backends that are no longer in the table its time, and no more.
  func cutOffLater(_ keys: Set<BackendKey>, after time: Duration) {
    Task { [weak self] in
      try? await Task.sleep(for: time)
      _ = try? await self?.onLoops { $0.cutOff(keys) }
    }
  }

  /// Lets what is under way end, and ends; see ``Balancer/stop()``.
  public func stop() async throws {
    guard !isStopping else { return }
    isStopping = true
    for listener in listeners { await listener.close() }
    try await install()
    let waiting = loops.map { loop in loop.eventLoop.flatSubmit { loop.value.whenClientsAreGone() } }
    let all = EventLoopFuture.andAllSucceed(waiting, on: loops[0].eventLoop)
    _ = await ends(all, before: Date() + (table?.timeouts.drain ?? .zero).seconds)
    changed()
    try await shutDown()
  }

  private func ends(_ future: EventLoopFuture<Void>, before deadline: Date) async -> Bool {
    let (events, continuation) = AsyncStream.makeStream(of: Bool.self)
    future.whenComplete { _ in continuation.yield(true) }
    let timer = Task {
      try? await Task.sleep(for: .seconds(max(0, deadline.timeIntervalSinceNow)))
      continuation.yield(false)
    }
    defer { timer.cancel() }
    for await hasEnded in events { return hasEnded }
    return false
  }
}
