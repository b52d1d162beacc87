import Foundation
import QuenchConfiguration
import QuenchDiagnostics
import QuenchInstances
import QuenchLedger

/// How each step of a promotion is made.
extension PromotionTransaction {
  /// Makes a step unless it was made before.
  ///
  /// - Parameters:
  ///   - name: the state that it reaches.
  ///   - limit: how long it may take; nil when nothing is gained by giving up.
  ///   - detail: what has to be known to finish or undo it.
  ///   - savesItself: whether `body` writes down the outcome.
  ///   - body: makes the step, and returns what is known of its outcome.
  func pass(
    _ name: PromotionState, within limit: Duration?, detail: [String: EventDetail] = [:], savesItself: Bool = false,
    _ body: @escaping @Sendable (PromotionStep) async throws -> [String: EventDetail]
  ) async throws {
    try Task.checkCancellation()
    // What the gate does changes nothing of production: it comes to the disk with what follows.
    let durability: Durability = name == .gated ? .normal : .full
    let step = try await ledger.begin(
      name, of: record.id, deadline: limit.map { Date().addingTimeInterval($0.inSeconds) }, detail: detail,
      durability: durability)
    guard step.ended == nil else { return }
    surroundings.announcer.announce(PromotionEvent(.began(name), of: record))
    Failpoint.before.pass(name)
    // A deadline that passed while nobody was there to keep it leaves some time to look how things are.
    let deadline = step.deadline.map { max($0, Date().addingTimeInterval(isResumed ? 60 : 0)) }
    let outcome = try await keeping(deadline, of: name) { try await body(step) }
    if !savesItself {
      Failpoint.after.pass(name)
      try await ledger.finish(name, of: record.id, detail: outcome, durability: durability)
    }
    surroundings.announcer.announce(
      PromotionEvent(.ended(name, seconds: Date().timeIntervalSince(step.began)), of: record))
  }

  /// Gives up when a deadline has passed.
  func keeping<Value: Sendable>(
    _ deadline: Date?, of name: PromotionState, _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    guard let deadline else { return try await body() }
    return try await withThrowingTaskGroup(of: Value.self) { group in
      group.addTask { try await body() }
      group.addTask {
        try await Task.sleep(for: .seconds(max(0, deadline.timeIntervalSinceNow)))
        throw ManagerError(
          .deadlinePassed, "promotion \(record.id) was not \(name.rawValue) by its deadline", remedy: "quench status")
      }
      defer { group.cancelAll() }
      guard let value = try await group.next() else { throw CancellationError() }
      return value
    }
  }

  /// The journal's steps, by the state that each reaches.
  func steps() async throws -> [PromotionState: PromotionStep] {
    Dictionary(uniqueKeysWithValues: try await ledger.steps(of: record.id).map { ($0.name, $0) })
  }

  /// Why traffic is told to go elsewhere.
  var reason: String { "\(record.kind.rawValue) \(record.id)" }

  /// How long starting a set may take: each instance's `prepare` runs by itself, the starts side by side.
  func limit(of deployment: Deployment) -> Duration {
    let service = deployment.service
    let prepare = service.prepare.map { $0.timeout ?? .seconds(300) } ?? .zero
    return service.health.startTimeout * 3 + prepare * deployment.count + .seconds(600)
  }

  /// Whether a build's set is up: all of it, or so much of it that going back to it is better than not to.
  func isUp(_ digest: String) async -> Bool { await isUp(digest, among: cold.sets) }

  func isUp(_ digest: String, among sets: ColdSets) async -> Bool {
    guard let set = sets.set(of: digest), !set.instances.isEmpty else { return false }
    let health = await cold.group.health(of: set.instances)
    return record.kind == .rollback ? health.contains(.healthy) : health.allSatisfy { $0 == .healthy }
  }

  /// What the set of a build has answered; nothing where there is none.
  func figures(of digest: String?) async throws -> TrafficFigures? {
    guard let digest, let set = await cold.sets.set(of: digest) else { return nil }
    return try await cold.publisher.figures(of: set.instances.map(\.id))
  }

  static func detail(of figures: TrafficFigures?, named name: String) throws -> [String: EventDetail] {
    guard let figures else { return [:] }
    return [name: .text(String(decoding: try JSONEncoder().encode(figures), as: UTF8.self))]
  }

  static func figures(named name: String, in step: PromotionStep?) -> TrafficFigures? {
    guard case .text(let text)? = step?.detail[name] else { return nil }
    return try? JSONDecoder().decode(TrafficFigures.self, from: Data(text.utf8))
  }
}

extension Duration {
  /// The duration in seconds.
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
