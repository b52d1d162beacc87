import Foundation
import QuenchConfiguration
import QuenchInstances
import QuenchLedger
import QuenchProcesses

/// Stopping production on purpose, and starting it again.
extension ColdpointManager {
  /// Stops all instances when their requests have ended; they stay so, also for later processes, until ``start()``.
  ///
  /// - Parameter deadline: when requests that have not ended are cut off.
  /// - Returns: how many instances there are.
  /// - Throws: `LedgerError`.
  public func stop(deadline: Date) async throws -> Int {
    try await change { $0.isStopped = true }
    try? await publish(reason: "the cold set was stopped")
    _ = try? await publisher.waitUntilDrained(sets.instances.map(\.id), deadline: deadline)
    await halt()
    await note(LedgerEvent("stopped", subject: "cold", detail: ["revision": .text(sets.live?.build.revision ?? "")]))
    return sets.instances.count
  }

  /// Stops all instances; the next process that looks after them starts them again.
  ///
  /// Nobody may supervise them meanwhile, and no traffic comes any more.
  public func shutDown() async { await halt() }

  /// Stops instances, and tells of those that had to be killed because they did not end when they were asked to.
  func end(_ instances: [Instance]) async {
    func process(of instance: Instance) -> LaunchedProcess? {
      try? LaunchedProcess(adopting: instance.folder.processRecord)
    }
    let running = instances.filter { process(of: $0)?.isRunning == true }
    await group.stop(instances)
    for instance in running where process(of: instance)?.ending == .signalled(SIGKILL) {
      let grace = (try? group.provider.service(of: instance))?.stop.grace ?? .zero
      await note(
        LedgerEvent(
          "killed", subject: instance.id,
          detail: [
            "revision": .text(instance.revision),
            "reason": .text("it went on for the \(grace.inSeconds) s that it had to end after its stop signal"),
          ]))
    }
  }

  private func halt() async {
    _ = await group.remove(takeLeaving())
    await end(sets.instances)
    for folder in Set(sets.instances.compactMap(\.shared)) { await group.provider.stopShared(folder) }
  }

  /// Starts what was stopped, with the data there are, and returns when all of the live set is healthy.
  ///
  /// - Returns: how many instances were started.
  /// - Throws: `ManagerError` with code `no-set` while nothing is promoted; `InstanceError`, `LedgerError`,
  ///   `CancellationError`.
  public func start() async throws -> Int {
    guard let live = sets.live else {
      throw ManagerError(.noSet, "nothing is promoted, so there is no cold set to start", remedy: "quench promote REV")
    }
    // One that has ended in a set that was not stopped is replaced by whoever supervises.
    guard sets.isStopped else { return 0 }
    var ended: [Instance] = []
    for (instance, health) in zip(live.instances, await group.health(of: live.instances)) {
      if !health.isRunning { ended.append(instance) }
    }
    try await group.resume(ended)
    for instance in live.instances { down[instance.id] = nil }
    // The others are started by whoever supervises.
    try await change { $0.isStopped = false }
    try await publish(reason: "the cold set was started")
    await note(LedgerEvent("started", subject: "cold", detail: ["revision": .text(live.build.revision)]))
    return ended.count
  }
}
