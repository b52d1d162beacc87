import Foundation
import QuenchConfiguration
import QuenchDiagnostics
import QuenchInstances
import QuenchLedger

/// Having a faulty instance serve again: by another in its place, or by itself.
extension ColdpointManager {
  /// What became of a faulty instance.
  enum Mending: Sendable, Equatable {
    /// Another one serves in its place.
    case replaced(Instance)
    /// It is well again.
    case recovered
    /// It is none of the sets' any more, or nobody looks after them now.
    case gone
    /// No other one could be had, and it is not well either.
    case failed
  }

  /// Starts another instance in the place of a faulty one, unless that is well again before.
  ///
  /// - Parameter pause: how long to wait before another is started.
  func mend(_ instance: Instance, _ fault: InstanceHealth, after pause: Duration) async -> Mending {
    await withTaskGroup(of: Mending.self) { group in
      group.addTask { await self.attemptReplacement(of: instance, because: fault, after: pause) }
      if fault.isRunning { group.addTask { await self.recovery(of: instance) } }
      var outcome = Mending.gone
      while let next = await group.next() {
        switch next {
        case .replaced: outcome = next
        case .recovered:
          if outcome == .gone { outcome = .recovered }
          await markUp(instance)
        case .failed: if outcome == .gone { outcome = .failed }
        // One that ends while it is ill is still to be replaced.
        case .gone: continue
        }
        group.cancelAll()
      }
      return outcome
    }
  }

  private func attemptReplacement(
    of instance: Instance, because fault: InstanceHealth, after pause: Duration
  ) async -> Mending {
    do {
      try await Task.sleep(for: pause)
      guard fault.isRunning else {
        return isListed(instance) ? .replaced(try await replace(instance, because: fault)) : .gone
      }
      // One at a time: those that are ill at once mostly have it from elsewhere, and get well at once.
      while isReplacingIll { try await Task.sleep(for: .milliseconds(100)) }
      isReplacingIll = true
      defer { isReplacingIll = false }
      return isListed(instance) ? .replaced(try await replace(instance, because: fault)) : .gone
    } catch {
      guard !Task.isCancelled else { return .gone }
      await note(
        LedgerEvent(
          "replacement-failed", subject: instance.id, detail: ["reason": .text(DiagnosticText.message(of: error))]))
      return .failed
    }
  }

  /// Waits until an ill instance is well again, so often in a row as its configuration says.
  private func recovery(of instance: Instance) async -> Mending {
    let check = group.provider.check(of: instance)
    var successes = 0
    while isListed(instance), !Task.isCancelled {
      switch await group.provider.health(of: instance) {
      case .healthy:
        successes += 1
        if successes >= check.rise { return .recovered }
      case .unhealthy: successes = 0
      case .ended, .stopped: return .gone
      }
      await wait(for: instance, atMost: check.interval)
    }
    return .gone
  }

  /// Starts another instance of the same build, and has the one that it replaces leave.
  private func replace(_ old: Instance, because fault: InstanceHealth) async throws -> Instance {
    let id = "\(InstanceGroup.name(.cold, revision: old.revision))-1"
    if let shared = old.shared { try await group.provider.resumeShared(shared) }
    let new = try await group.provider.start(try group.provider.specification(like: old, id: id))
    // Before the sets name it, so that nobody else begins to look after it.
    watched.insert(new.id)
    do {
      try Task.checkCancellation()
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
    leaving.append(old)
    changed?.yield()
    await note(
      LedgerEvent("instance-replaced", subject: old.id, detail: ["by": .text(new.id), "reason": .text("\(fault)")]))
    return new
  }

  /// The instances that have been replaced and not been stopped yet.
  func takeLeaving() -> [Instance] {
    defer { leaving = [] }
    return leaving
  }

  /// Removes a replaced instance when its requests have ended.
  ///
  /// When nobody looks after the sets any more it is left to whoever takes them up next.
  func retire(_ instance: Instance) async {
    if await group.provider.health(of: instance).isRunning {
      let deadline = Date().addingTimeInterval(Self.drain.inSeconds)
      _ = try? await publisher.waitUntilDrained([instance.id], deadline: deadline)
      if Task.isCancelled {
        leaving.append(instance)
        return
      }
    }
    _ = await group.provider.remove(instance)
  }
}
