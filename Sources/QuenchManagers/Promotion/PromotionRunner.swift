import Foundation
import QuenchConfiguration
import QuenchDiagnostics
import QuenchLedger

/// Promotes builds and rolls them back, one at a time, each as a journaled transaction.
///
/// There is one runner at a time for each service: that of the process which owns the cold set.
public actor PromotionRunner {
  nonisolated let surroundings: PromotionSurroundings
  private let turnstile = Turnstile()
  private let resuming = Turnstile()
  /// The promotions that this runner was asked for, which are not for it to resume.
  private var own: Set<Int64> = []
  /// How many of them are being written down.
  private var registering = 0
  /// How many promotions and rollbacks are under way or wait.
  var asked = 0
  /// Whether nothing is begun any more.
  private var isClosed = false
  /// Those of them that wait for their turn, the first to come first.
  public private(set) var waiting: [PromotionRecord] = []
  /// The ends of those that gave their turn up.
  private var withdrawals: [Int64: Task<PromotionRecord, any Error>] = [:]
  /// The transaction under way.
  private(set) var running: (record: PromotionRecord, task: Task<PromotionRecord, any Error>)?

  /// Makes a runner.
  public init(_ surroundings: PromotionSurroundings) {
    self.surroundings = surroundings
  }

  /// The reason's rule of a rollback that was done by aborting a promotion.
  static let abortRule = "abort"

  nonisolated var ledger: Ledger { surroundings.ledger }
  nonisolated var cold: ColdpointManager { surroundings.cold }

  /// What happens with promotions from now on.
  public nonisolated func events() -> AsyncStream<PromotionEvent> { surroundings.announcer.events() }

  /// The promotion or rollback under way; nil when there is none.
  public func current() async -> PromotionRecord? {
    guard let running else { return nil }
    return (try? await ledger.promotion(running.record.id)) ?? running.record
  }

  /// Moves production to a build, and returns when all is over.
  ///
  /// Cancelling the task does not abort it; ``abort(reason:)`` does.
  ///
  /// - Parameter onRequest: given the promotion as it was written down, before it is begun.
  /// - Returns: what the journal has of it: promoted, reverted or refused.
  /// - Throws: what the catalog throws; `LedgerError`.
  public func promote(
    _ request: PromotionRequest, onRequest: @Sendable (PromotionRecord) -> Void = { _ in }
  ) async throws -> PromotionRecord {
    // Before anything is waited for, so that of two that come at once only one is the first.
    let isAlone = asked == 0 && running == nil
    asked += 1
    defer { asked -= 1 }
    let configuration = try await surroundings.catalog.configuration()
    let live = await cold.sets.live?.build
    let candidate = try await surroundings.catalog.candidate(request.revision, live: live?.revision)
    let options = PromotionOptions(
      instances: configuration.cold.instances, retain: configuration.cold.retain,
      bakeSeconds: (request.bake ?? configuration.cold.bake).inSeconds, noWayBack: request.noWayBack,
      override: request.override)
    let digest = candidate.digest ?? (request.override == nil ? nil : candidate.builtDigest)
    let record = try await register(
      .promotion, from: live, revision: request.revision, digest: digest, options: options,
      actor: request.actor)
    onRequest(record)
    surroundings.announcer.announce(PromotionEvent(.requested, of: record))
    if !isAlone {
      let other = running.map { Self.words($0.record) } ?? "another promotion"
      guard request.waits else { return try await refuse(record, because: other) }
      surroundings.announcer.announce(PromotionEvent(.waiting(other), of: record))
    }
    return try await run(record)
  }

  /// Aborts a promotion or rollback, and returns when it is undone; one that waits for its turn gives it up.
  ///
  /// - Parameters:
  ///   - number: its number; nil for the one under way.
  ///   - reason: why, in words.
  ///   - onFound: given what the journal has of it, before anything of it is undone.
  /// - Returns: what the journal has of it; it is promoted when it was too late.
  /// - Throws: `ManagerError` with code `nothing-to-abort`; `LedgerError`.
  @discardableResult
  public func abort(
    _ number: Int64? = nil, reason: String, onFound: @Sendable (PromotionRecord) -> Void = { _ in }
  ) async throws -> PromotionRecord {
    let wanted = number ?? running?.record.id ?? waiting.first?.id
    if let record = waiting.first(where: { $0.id == wanted }) {
      onFound(record)
      return try await withdraw(record, because: reason)
    }
    guard let running, running.record.id == wanted else { throw try await nothingToAbort(number) }
    onFound(running.record)
    await cold.note(
      LedgerEvent(
        "aborted", subject: "cold", detail: ["revision": .text(running.record.revision), "reason": .text(reason)]))
    running.task.cancel()
    return try await running.task.value
  }

  /// What would be aborted: the promotion with a number, or else the one under way, or the first that waits.
  public func kind(of number: Int64?) -> PromotionRecord.Kind? {
    guard let number else { return running?.record.kind ?? waiting.first?.kind }
    return running.flatMap { $0.record.id == number ? $0.record.kind : nil } ?? waiting.first { $0.id == number }?.kind
  }

  /// Ends what nobody has begun yet.
  private func withdraw(_ record: PromotionRecord, because reason: String) async throws -> PromotionRecord {
    waiting.removeAll { $0.id == record.id }
    let withdrawal = Task { [surroundings] in
      let ended = try await surroundings.ledger.conclude(
        record.id, as: .refused,
        reasons: [PromotionReason("aborted", ok: false, "it was withdrawn before its turn came: \(reason)")])
      await surroundings.conclude(ended)
      return ended
    }
    withdrawals[record.id] = withdrawal
    turnstile.turnAway(record.id)
    return try await withdrawal.value
  }

  private func nothingToAbort(_ number: Int64?) async throws -> ManagerError {
    guard let number else {
      return ManagerError(.nothingToAbort, "no promotion is under way", remedy: "quench status")
    }
    let known = try await ledger.promotion(number).flatMap { $0.service == surroundings.service ? $0 : nil }
    let what = known?.result.map { "promotion \(number) is over already: \($0.rawValue)" }
    return ManagerError(
      .nothingToAbort, what ?? "no promotion \(number) is under way or waits", remedy: "quench status")
  }

  /// Finishes or undoes what the journal has of promotions whose process has ended.
  ///
  /// - Returns: what became of them, oldest first.
  /// - Throws: `LedgerError`.
  @discardableResult
  public func resume() async throws -> [PromotionRecord] {
    try await resuming.pass {
      var ended: [PromotionRecord] = []
      let unfinished = try await ledger.unfinishedPromotions(service: surroundings.service)
      // Some of them may have been asked for just now.
      while registering > 0 { await Task.yield() }
      for record in unfinished where !own.contains(record.id) {
        ended.append(
          try await turnstile.pass(isFirst: true) {
            try await attend(
              record,
              Task { [surroundings] in
                try await PromotionTransaction(record: record, surroundings: surroundings, isResumed: true).resume()
              })
          })
      }
      return ended
    }
  }

  /// Has the hot set on what is live, as far as its configuration wants it there.
  ///
  /// - Throws: what the catalog throws; `InstanceError`, `LedgerError`, `StateError`, `CancellationError`.
  public nonisolated func realign() async throws { try await surroundings.realignHotSet() }

  func run(_ record: PromotionRecord) async throws -> PromotionRecord {
    // Who brings production back does not wait for those who want it elsewhere.
    let isFirst = record.kind == .rollback
    waiting.insert(record, at: isFirst ? 0 : waiting.count)
    defer {
      waiting.removeAll { $0.id == record.id }
      withdrawals[record.id] = nil
    }
    // What is left from before comes first.
    try await resume()
    if let withdrawal = withdrawals[record.id] { return try await withdrawal.value }
    let ended = try await turnstile.pass(with: record.id, isFirst: isFirst) { () -> PromotionRecord? in
      // While it waited, something else may have become live.
      let live = await cold.sets.live?.build
      let based = live == record.from ? record : try await ledger.rebase(record.id, from: live)
      // Nobody else gets in between the look at the withdrawals and the transaction.
      guard withdrawals[record.id] == nil else { return nil }
      waiting.removeAll { $0.id == record.id }
      return try await attend(
        based,
        Task { [surroundings] in
          try await PromotionTransaction(record: based, surroundings: surroundings).run()
        })
    }
    if let withdrawal = withdrawals[record.id] { return try await withdrawal.value }
    return (ended ?? nil) ?? record
  }

  private func attend(
    _ record: PromotionRecord, _ task: Task<PromotionRecord, any Error>
  ) async throws -> PromotionRecord {
    running = (record, task)
    defer { running = nil }
    if isClosed { task.cancel() }
    do {
      return try await task.value
    } catch {
      // What the journal could not be told is taken up again like that of a process that has ended.
      own.remove(record.id)
      throw error
    }
  }

  /// Begins nothing any more, and returns when what was under way is aborted.
  public func close(reason: String) async {
    isClosed = true
    for record in waiting { _ = try? await abort(record.id, reason: reason) }
    if running != nil { _ = try? await abort(reason: reason) }
  }

  /// Lets promotions begin again after ``close(reason:)``.
  public func reopen() { isClosed = false }

  /// Does something to the cold set while no promotion moves it.
  ///
  /// - Throws: `ManagerError` with code `promotion-running`; what `body` throws.
  public func exclusively<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
    guard asked == 0, running == nil else {
      throw ManagerError(
        .promotionRunning, "\(running.map { Self.words($0.record) } ?? "a promotion") is under way",
        remedy: "quench status --watch")
    }
    return try await turnstile.pass { try await body() }
  }

  /// Writes down that something was asked for, which ``resume()`` leaves alone.
  func register(
    _ kind: PromotionRecord.Kind, from: PromotedBuild?, revision: String, digest: String?, options: PromotionOptions,
    actor: String
  ) async throws -> PromotionRecord {
    registering += 1
    defer { registering -= 1 }
    let record = try await ledger.request(
      kind, service: surroundings.service, from: from, revision: revision, digest: digest, options: options,
      actor: actor)
    own.insert(record.id)
    return record
  }

  private func refuse(_ record: PromotionRecord, because other: String) async throws -> PromotionRecord {
    let ended = try await ledger.conclude(
      record.id, as: .refused,
      reasons: [
        PromotionReason(
          "running", ok: false, "\(other) is under way",
          next: "quench promote \(record.revision.prefix(12)) --wait")
      ])
    await surroundings.conclude(ended)
    return ended
  }

  private static func words(_ record: PromotionRecord) -> String {
    "the \(record.kind.rawValue) to \(record.revision.prefix(12)) by \(record.actor)"
  }
}
