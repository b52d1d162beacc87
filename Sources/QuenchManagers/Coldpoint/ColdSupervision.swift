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
      while isListed(current) {
        do {
          try await Task.sleep(for: backOff.delay())
          guard isListed(current) else { break }
          current = try await replace(current, because: fault)
          break
        } catch {
          if Task.isCancelled { return }
          await note(
            LedgerEvent(
              "replacement-failed", subject: current.id, detail: ["reason": .text(DiagnosticText.message(of: error))]))
        }
      }
    }
    watched.remove(current.id)
  }

  /// Waits until an instance has ended or was ill so often in a row as its configuration says; nil when it is none of
  /// the sets' any more.
  private func waitForFault(of instance: Instance) async -> String? {
    let check = group.provider.check(of: instance)
    var failures = 0
    while isListed(instance), !Task.isCancelled {
      let health = await group.provider.health(of: instance)
      switch health {
      case .healthy:
        failures = 0
        // It may have been down only because nobody had asked it since this process began.
        if down[instance.id] != nil { await markUp(instance) }
      case .ended, .stopped: return isListed(instance) ? "\(health)" : nil
      case .unhealthy:
        failures += 1
        if failures >= check.fall { return isListed(instance) ? "\(health)" : nil }
      }
      await wait(for: instance, atMost: check.interval)
    }
    return nil
  }

  /// Waits until an instance ends, but no longer than `limit`.
  private nonisolated func wait(for instance: Instance, atMost limit: Duration) async {
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

  private func isListed(_ instance: Instance) -> Bool {
    !sets.isStopped && sets.instances.contains { $0.id == instance.id }
  }

  private func markDown(_ instance: Instance, _ fault: String) async {
    down[instance.id] = fault
    faults[instance.digest, default: 0] += 1
    try? await publish(reason: "\(instance.id) is \(fault)")
    await note(
      LedgerEvent(
        "instance-down", subject: instance.id, detail: ["revision": .text(instance.revision), "reason": .text(fault)]))
  }

  private func markUp(_ instance: Instance) async {
    down[instance.id] = nil
    try? await publish(reason: "\(instance.id) is healthy")
  }

  /// Starts another instance of the same build, and removes the one that it replaces.
  private func replace(_ old: Instance, because fault: String) async throws -> Instance {
    let id = "\(InstanceGroup.name(.cold, revision: old.revision))-1"
    if let shared = old.shared { try await group.provider.resumeShared(shared) }
    let new = try await group.provider.start(try group.provider.specification(like: old, id: id))
    // Before the sets name it, so that nobody else begins to look after it.
    watched.insert(new.id)
    do {
      try await change { $0.replace(old.id, with: new) }
    } catch {
      watched.remove(new.id)
      _ = await group.provider.remove(new)
      throw error
    }
    guard isListed(new) else {
      // Its set was stopped meanwhile.
      watched.remove(new.id)
      _ = await group.provider.remove(new)
      return old
    }
    watched.remove(old.id)
    down[old.id] = nil
    try? await publish(reason: "\(new.id) replaces \(old.id)")
    _ = await group.provider.remove(old)
    await note(
      LedgerEvent("instance-replaced", subject: old.id, detail: ["by": .text(new.id), "reason": .text(fault)]))
    return new
  }
}
