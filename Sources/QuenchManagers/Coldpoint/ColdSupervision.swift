import Foundation
import QuenchConfiguration
import QuenchDiagnostics
import QuenchInstances
import QuenchLedger

/// Keeping the cold sets up.
extension ColdpointManager {
  /// Looks after the instances of all sets until the task is cancelled: traffic knows at once of one that has ended or
  /// is ill, and it is replaced, each time it fails again after a longer wait.
  ///
  /// It goes by what is asked of each instance anew, so that it is all the same which process has started them.
  public func supervise() async {
    let (changes, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    changed = continuation
    continuation.yield()
    await withDiscardingTaskGroup { group in
      group.addTask { await self.keepPublished() }
      for await _ in changes {
        for instance in takeUnwatched() { group.addTask { await self.lookAfter(instance) } }
        for instance in takeLeaving() { group.addTask { await self.retire(instance) } }
      }
      group.cancelAll()
    }
    changed = nil
    watched = []
  }

  private func takeUnwatched() -> [Instance] {
    let new = sets.isStopped ? [] : sets.instances.filter { !watched.contains($0.id) }
    watched.formUnion(new.map(\.id))
    return new
  }

  /// Has traffic know of changes that others make to the hot set, and of all where it could not be told, or where a
  /// balancer was started anew.
  private func keepPublished() async {
    while !Task.isCancelled {
      try? await publish(reason: "the sets as they are")
      try? await Task.sleep(for: .seconds(1))
    }
  }

  private func lookAfter(_ first: Instance) async {
    var current = first
    var backOff = BackOff()
    while let fault = await waitForFault(of: current) {
      await markDown(current, fault)
      while isListed(current), !Task.isCancelled {
        let mending = await mend(current, fault, after: backOff.delay())
        if case .replaced(let new) = mending { current = new }
        if mending != .failed { break }
      }
    }
    watched.remove(current.id)
  }

  /// Waits until an instance has ended or was ill so often in a row as its configuration says; nil when it is none of
  /// the sets' any more.
  private func waitForFault(of instance: Instance) async -> InstanceHealth? {
    let check = group.provider.check(of: instance)
    var failures = 0
    while isListed(instance), !Task.isCancelled {
      let health = await group.provider.health(of: instance)
      switch health {
      case .healthy:
        failures = 0
        // It may have been down only because nobody had asked it since this process began.
        if down[instance.id] != nil { await markUp(instance) }
      case .ended, .stopped: return isListed(instance) ? health : nil
      case .unhealthy:
        failures += 1
        if failures >= check.fall { return isListed(instance) ? health : nil }
      }
      await wait(for: instance, atMost: check.interval)
    }
    return nil
  }

  /// Waits until an instance ends, but no longer than `limit`.
  nonisolated func wait(for instance: Instance, atMost limit: Duration) async {
    await withTaskGroup(of: Void.self) { tasks in
      tasks.addTask {
        // What cannot be waited for is asked again at the limit.
        if (try? await self.group.provider.waitUntilEnded(instance)) == nil { try? await Task.sleep(for: limit) }
      }
      tasks.addTask { try? await Task.sleep(for: limit) }
      await tasks.next()
      tasks.cancelAll()
    }
  }

  func isListed(_ instance: Instance) -> Bool {
    !sets.isStopped && sets.instances.contains { $0.id == instance.id }
  }

  private func markDown(_ instance: Instance, _ fault: InstanceHealth) async {
    down[instance.id] = "\(fault)"
    faults[instance.digest, default: 0] += 1
    try? await publish(reason: "\(instance.id) is \(fault)")
    await note(
      LedgerEvent(
        "instance-down", subject: instance.id,
        detail: ["revision": .text(instance.revision), "reason": .text("\(fault)")]))
  }

  func markUp(_ instance: Instance) async {
    down[instance.id] = nil
    try? await publish(reason: "\(instance.id) is healthy")
  }
}
