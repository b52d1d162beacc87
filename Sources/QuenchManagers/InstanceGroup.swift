import Foundation
import QuenchInstances
import SystemPackage

/// Instances of one build that are started, stopped and removed together.
struct InstanceGroup: Sendable {
  var provider: any InstanceProvider

  /// Starts all instances of a deployment at the same time, and returns when all are healthy.
  ///
  /// When one of them cannot be had, the others are removed again.
  ///
  /// - Parameter name: what the names of the instances begin with; nil for a new one.
  /// - Throws: the first instance's error, or `CancellationError`.
  func start(_ deployment: Deployment, temperature: Temperature, isKept: Bool, name: String? = nil) async throws
    -> [Instance]
  {
    let name = name ?? Self.name(temperature, revision: deployment.revision)
    let numbers = 1...max(1, deployment.count)
    deployment.report?(.starting(numbers.map { "\(name)-\($0)" } + ["\(name)-shared"]))
    let shared = try await provider.startShared(
      id: "\(name)-shared", digest: deployment.digest, service: deployment.service, temperature: temperature,
      denied: deployment.denied, isKept: isKept)
    let outcomes = await withTaskGroup(of: (Int, Result<Instance, any Error>).self) { group in
      for number in numbers {
        group.addTask {
          let specification = InstanceSpecification(
            id: "\(name)-\(number)", temperature: temperature, revision: deployment.revision,
            digest: deployment.digest, service: deployment.service, secrets: deployment.secrets, shared: shared,
            denied: deployment.denied, isKept: isKept,
            onDelay: { deployment.report?(.waiting($0)) })
          do {
            return (number, .success(try await provider.start(specification)))
          } catch {
            return (number, .failure(error))
          }
        }
      }
      var outcomes: [(Int, Result<Instance, any Error>)] = []
      for await outcome in group {
        // The others would only take time to come to the same end.
        if case .failure = outcome.1 { group.cancelAll() }
        outcomes.append(outcome)
      }
      return outcomes
    }
    let instances = outcomes.sorted { $0.0 < $1.0 }.compactMap { try? $0.1.get() }
    let failures = outcomes.compactMap { outcome -> (any Error)? in
      if case .failure(let error) = outcome.1 { error } else { nil }
    }
    guard let failure = failures.first(where: { !($0 is CancellationError) }) ?? failures.first else {
      return instances
    }
    var leftBehind = await remove(instances)
    if instances.isEmpty, let shared, !shared.folder.isStanding {
      leftBehind += await provider.removeShared(shared.folder)
    }
    throw (failure as? InstanceError)?.adding(leftBehind: leftBehind) ?? failure
  }

  /// Stops and removes instances, and then what they shared.
  ///
  /// - Returns: what could not be cleaned up.
  func remove(_ instances: [Instance]) async -> [any Error] {
    var failures = await each(instances) { await provider.remove($0) }.flatMap { $0 }
    for folder in Self.shared(by: instances) { failures += await provider.removeShared(folder) }
    return failures
  }

  /// Stops instances, and then what they share; their data stay.
  func stop(_ instances: [Instance]) async {
    _ = await each(instances) { await provider.stop($0) }
    for folder in Self.shared(by: instances) { await provider.stopShared(folder) }
  }

  /// The folders of what these instances alone share.
  private static func shared(by instances: [Instance]) -> Set<InstanceFolder> {
    Set(instances.compactMap(\.shared).filter { !$0.isStanding })
  }

  /// Starts instances that do not run, with the data they have.
  ///
  /// - Throws: the first instance's error, or `CancellationError`.
  func resume(_ instances: [Instance]) async throws {
    for folder in Set(instances.compactMap(\.shared)) { try await provider.resumeShared(folder) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for instance in instances { group.addTask { try await provider.resume(instance) } }
      try await group.waitForAll()
    }
  }

  /// Puts the data of instances back.
  ///
  /// - Throws: the first instance's error, or `CancellationError`.
  func reset(_ instances: [Instance]) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for instance in instances { group.addTask { try await provider.reset(instance) } }
      try await group.waitForAll()
    }
  }

  /// Puts the data of instances back, unless nobody has used the instances since that was done last.
  ///
  /// - Throws: as ``reset(_:)``.
  func restore(_ instances: [Instance]) async throws {
    let used = instances.filter { !Self.isRestored([$0]) }
    try await reset(used)
    for instance in used { _ = FileManager.default.createFile(atPath: instance.folder.restored.string, contents: nil) }
  }

  /// Whether the data of all of these instances are at their baseline.
  static func isRestored(_ instances: [Instance]) -> Bool {
    instances.allSatisfy { FileManager.default.fileExists(atPath: $0.folder.restored.string) }
  }

  /// Notes that instances are in use, so that their data are theirs to change.
  static func noteUse(of instances: [Instance]) {
    for instance in instances { try? FileManager.default.removeItem(atPath: instance.folder.restored.string) }
  }

  /// Whether all of these instances are healthy, asked now.
  func areHealthy(_ instances: [Instance]) async -> Bool {
    await health(of: instances).allSatisfy { $0 == .healthy }
  }

  /// How each instance is, asked now, in their order.
  ///
  /// - Parameter limit: how long one may take to answer; nil for as long as its configuration says.
  func health(of instances: [Instance], within limit: Duration? = nil) async -> [InstanceHealth] {
    await withTaskGroup(of: (Int, InstanceHealth).self) { group in
      for (index, instance) in instances.enumerated() {
        group.addTask { (index, await health(of: instance, within: limit)) }
      }
      var answers: [(Int, InstanceHealth)] = []
      for await answer in group { answers.append(answer) }
      return answers.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  private func health(of instance: Instance, within limit: Duration?) async -> InstanceHealth {
    guard let limit else { return await provider.health(of: instance) }
    return await withTaskGroup(of: InstanceHealth?.self) { group in
      group.addTask { await provider.health(of: instance) }
      group.addTask {
        try? await Task.sleep(for: limit)
        return nil
      }
      defer { group.cancelAll() }
      return await group.next().flatMap { $0 } ?? .unhealthy(reason: "no answer within \(limit)")
    }
  }

  /// Does something with each instance at the same time, to its end although the task may be cancelled.
  private func each<Result: Sendable>(
    _ instances: [Instance], _ body: @escaping @Sendable (Instance) async -> Result
  ) async -> [Result] {
    await Task.detached {
      await withTaskGroup(of: Result.self) { group in
        for instance in instances { group.addTask { await body(instance) } }
        return await group.reduce(into: []) { $0.append($1) }
      }
    }.value
  }

  /// A name for new instances that no others have.
  static func name(_ temperature: Temperature, revision: String) -> String {
    "\(temperature)-\(revision.prefix(8))-\(randomLetters())"
  }

  private static func randomLetters() -> String {
    String((0..<4).compactMap { _ in "abcdefghjkmnpqrstuvwxyz23456789".randomElement() })
  }
}
