import Foundation
import QuenchConfiguration
import QuenchProcesses
import SystemPackage

/// Waits for an instance that was just started to be healthy, to end, or to run out of time.
struct StartWatch: Sendable {
  var instance: Instance
  var process: LaunchedProcess
  var health: HealthConfiguration
  var probe: any HealthProbe
  /// Told after each of ``StartDelay/marks`` that the instance is not healthy yet.
  var onDelay: (@Sendable (StartDelay) -> Void)?

  /// Returns when `rise` checks in a row have passed and the listening socket is the instance's own.
  ///
  /// While nothing answers, checks follow each other quickly at first, so that a service that starts in milliseconds is
  /// not waited for in half seconds.
  ///
  /// - Throws: `InstanceError` with code `instance-ended-at-start`, `instance-never-healthy`, `port-taken` or
  ///   `wrong-port`; `CancellationError`.
  func waitUntilHealthy() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await poll() }
      group.addTask {
        // Its launcher ends last, when it has written down how the process ended.
        try await process.waitUntilEnded()
        throw endedAtStart()
      }
      _ = try await group.next()
      group.cancelAll()
    }
  }

  private func poll() async throws {
    let clock = ContinuousClock()
    let start = clock.now
    let deadline = start + health.startTimeout
    var marks = StartDelay.marks.makeIterator()
    var mark = marks.next()
    var passed = 0
    var failure = "it was not asked"
    while true {
      do {
        try await probe.check(port: instance.port, timeout: health.timeout)
        try checkOwner()
        passed += 1
        if passed >= health.rise { return }
        continue
      } catch let error as ProbeFailure {
        passed = 0
        failure = error.description
      } catch let error as LocalShortage {
        passed = 0
        failure = "it could not be asked: \(error)"
      }
      let waited = clock.now - start
      guard clock.now < deadline else { throw neverHealthy(failure) }
      if let reached = mark, waited >= reached {
        onDelay?(StartDelay(instance: instance.id, waited: waited, limit: health.startTimeout, answer: failure))
        while let passed = mark, passed <= waited { mark = marks.next() }
      }
      // In proportion to how long it has taken, so that an instance is taken up soon after it is there, however quick it is.
      try await Task.sleep(for: min(max(.milliseconds(2), waited / 16), min(health.interval, .milliseconds(250))))
    }
  }

  /// Ports are reused, so an answer counts only when the socket that gave it is the instance's own.
  private func checkOwner() throws {
    let owner = ListeningSocket.owner(ofPort: instance.port, comparedTo: process)
    if owner == .another { throw portTaken() }
    if let fault = owner.fault(ofPort: instance.port) { throw ProbeFailure(description: fault) }
  }

  private func portTaken() -> InstanceError {
    InstanceError(
      .portTaken,
      "port \(instance.port), which instance \(instance.id) was given, is served by a process that is not of its session",
      remedy: "ss -ltnp 'sport = :\(instance.port)'")
  }

  private func endedAtStart() -> InstanceError {
    // All of the service is gone, so whoever holds the port now is what it met there.
    if ListeningSocket.owner(ofPort: instance.port, comparedTo: process) == .another { return portTaken() }
    let ending = process.ending.map { " with \($0)" } ?? ""
    return InstanceError(
      .endedAtStart,
      "instance \(instance.id) of \(instance.revision.prefix(12)) ended\(ending) before it was healthy"
        + LogTail.quoted(from: instance.folder.log), remedy: "quench logs \(instance.id)")
  }

  private func neverHealthy(_ failure: String) -> InstanceError {
    let elsewhere = ListeningSocket.ports(of: process).subtracting([instance.port]).sorted()
    if case .nobody = ListeningSocket.owner(ofPort: instance.port, comparedTo: process), !elsewhere.isEmpty {
      return InstanceError(
        .wrongPort,
        "instance \(instance.id) listens on port \(elsewhere.map(String.init).joined(separator: ", ")), not on "
          + "\(instance.port), the port it was given in the environment variable PORT",
        remedy: "service.run in quench.yml must pass ${PORT} on")
    }
    return InstanceError(
      .neverHealthy,
      "instance \(instance.id) of \(instance.revision.prefix(12)) was not healthy within "
        + "\(health.startTimeout): \(failure)" + LogTail.quoted(from: instance.folder.log),
      remedy: "check service.health in quench.yml, or give it longer with start-timeout")
  }
}
