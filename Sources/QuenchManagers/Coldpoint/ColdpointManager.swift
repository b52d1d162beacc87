import Foundation
import QuenchConfiguration
import QuenchInstances
import QuenchLedger
import QuenchProcesses
import QuenchState

/// Starts, retains, replaces and stops the cold sets, which serve production, and has traffic go where it is to.
///
/// The sets are in the ledger and their instances outlive the process that looks after them; there is one such process
/// at a time for each service.
public actor ColdpointManager {
  /// The name of the service.
  public nonisolated let service: String
  nonisolated let state: StateDirectory
  nonisolated let ledger: Ledger
  nonisolated let group: InstanceGroup
  /// Where traffic is told to go.
  public nonisolated let publisher: any RoutePublisher
  /// The suites that the gate asks for now; nil when that cannot be told.
  nonisolated let gateSuites: @Sendable () async -> [String]?

  /// The sets as they are in the ledger.
  public internal(set) var sets = ColdSets()
  /// The instances that do not serve, and why not.
  var down: [String: String] = [:]
  /// How often instances of a build have ended or were ill since traffic was last routed to it.
  var faults: [String: Int] = [:]
  /// The instances that somebody looks after.
  var watched: Set<String> = []
  /// The instances that were replaced and are to be stopped.
  var leaving: [Instance] = []
  /// Whether an instance that is ill is being replaced.
  var isReplacingIll = false
  /// How long requests may take to end when their instance has been replaced.
  static let drain: Duration = .seconds(30)
  /// Tells whoever supervises that there may be other instances.
  var changed: AsyncStream<Void>.Continuation?
  /// What traffic was last told; nil when that may not have reached it.
  var published: Routes?
  let turnstile = Turnstile()

  /// Makes a manager of the cold sets of a service in `state`.
  ///
  /// - Parameter gateSuites: the suites that the gate asks for now; nil when that cannot be told.
  public init(
    service: String, state: StateDirectory, ledger: Ledger, provider: any InstanceProvider,
    publisher: any RoutePublisher, gateSuites: @escaping @Sendable () async -> [String]? = { nil }
  ) {
    self.gateSuites = gateSuites
    self.service = service
    self.state = state
    self.ledger = ledger
    self.publisher = publisher
    group = InstanceGroup(provider: provider)
  }

  /// The right to look after this service's cold sets.
  ///
  /// - Throws: `ManagerError` with code `owned` when another process has it; `StateError`, `CancellationError`.
  public nonisolated func own(reason: String) async throws -> SetLock {
    // One that was killed may have left a child that has yet to let go of what it was born with.
    for attempt in 0..<10 {
      if attempt > 0 { try await Task.sleep(for: .milliseconds(50)) }
      if let lock = try await SetLock.free(.cold, of: service, in: state, reason: reason) { return lock }
    }
    let holder = SetLock.holder(.cold, of: service, in: state) ?? "another process"
    throw ManagerError(
      .owned, "the cold set of \(service) is looked after already, by \(holder)", remedy: "quench status")
  }

  /// Waits for the right to look after this service's cold sets, until its present owner has ended.
  ///
  /// - Throws: `StateError`, `CancellationError`.
  public nonisolated func waitToOwn(reason: String) async throws -> SetLock {
    try await SetLock.own(.cold, of: service, in: state, reason: reason)
  }

  /// Whether something is promoted and was not stopped on purpose.
  public var isToServe: Bool { sets.live != nil && !sets.isStopped }

  /// Tells traffic where to go, although it was told before: its balancer may be another.
  ///
  /// - Throws: what the publisher throws.
  public func publishAnew(reason: String) async throws {
    published = nil
    try await publish(reason: reason)
  }

  /// Takes up the sets that the ledger has, and removes instances that were started for none of them.
  ///
  /// The caller holds the lock. Whether the instances run is a matter of ``supervise()``.
  ///
  /// - Throws: `LedgerError`, `StateError`, `CancellationError`.
  public func adopt() async throws {
    let known = try await ledger.sets().filter { $0.name == .cold }.map(\.service)
    try await ColdFiles.claim(for: service, known: known, in: state)
    sets = try await ledger.loadSet(.cold, service: service).map { ColdSets($0) } ?? ColdSets()
    // Whoever looked after them before may have told traffic something else.
    (published, down, faults) = (nil, [:], [:])
    let listed = Set(sets.instances.map(\.folder))
    for folder in InstanceFolder.all(in: state) where folder.name.hasPrefix("\(Temperature.cold)-") {
      guard !folder.isStanding, !listed.contains(folder), let instance = try? Instance(in: folder),
        (try? group.provider.service(of: instance))?.name == service
      else { continue }
      await discard(folder.name)
    }
    changed?.yield()
  }

  /// Starts a set of a build, and returns when all its instances are healthy; one that is up already is taken as it is.
  ///
  /// It gets no requests yet.
  ///
  /// - Parameter name: what the names of the instances begin with.
  /// - Throws: `InstanceError`, a build store's error, `LedgerError` or `CancellationError`; nothing is left of it then.
  func start(_ deployment: Deployment, name: String) async throws -> ColdSet {
    // Whatever its revision calls the service: the data are those of this production.
    var deployment = deployment
    deployment.service.name = service
    let before = sets.set(of: deployment.digest)
    if let before, await group.areHealthy(before.instances) { return before }
    let instances = try await group.start(deployment, temperature: .cold, isKept: true, name: name)
    let set = ColdSet(
      build: PromotedBuild(revision: deployment.revision, digest: deployment.digest), instances: instances)
    do {
      try await change { $0.add(set) }
    } catch {
      _ = await group.remove(instances)
      throw error
    }
    if let before { _ = await group.remove(before.instances) }
    return set
  }

  /// Stops a set that is not live and removes its instances; what is none of the sets is left alone.
  ///
  /// - Throws: `LedgerError`.
  func stop(_ digest: String, reason: String) async throws {
    guard let set = sets.others.first(where: { $0.build.digest == digest }) else { return }
    try await change { $0.remove(digest) }
    faults[digest] = nil
    // A balancer that cannot be told finds out by itself.
    try? await publish(reason: reason)
    await end(set.instances)
    _ = await group.remove(set.instances)
  }

  /// Stops all sets but the live one and so many of those that were live last.
  ///
  /// - Throws: `LedgerError`.
  public func retain(_ count: Int) async throws {
    for set in sets.others.dropFirst(max(0, count)) {
      try await stop(set.build.digest, reason: "\(set.build.revision.prefix(12)) is not retained any more")
    }
  }

  /// Removes what was started under a name and belongs to none of the sets.
  func discard(_ name: String) async {
    let listed = Set(sets.instances.map(\.folder))
    for folder in InstanceFolder.all(in: state) where folder.name.hasPrefix(name) && !listed.contains(folder) {
      await group.provider.removeLeftover(folder, listed: [])
      TreeRemoval.remove(folder.path)
    }
    let ids = Set(sets.instances.map(\.id))
    // A launcher that was on its way when its maker was killed has no record yet.
    for stray in ProcessTable.processes(startedFor: { $0.hasPrefix(name) && !ids.contains($0) }) {
      stray.signal(SIGKILL)
    }
  }

  /// Changes the sets, in the ledger first.
  func change(_ edit: (inout ColdSets) throws -> Void) async throws {
    try await turnstile.pass {
      var next = sets
      try edit(&next)
      guard next != sets else { return }
      try await ledger.saveSet(next.record(of: service), durability: .full)
      sets = next
    }
    changed?.yield()
  }

  /// Writes down what was done; what is done is not undone because that cannot be written.
  public nonisolated func note(_ event: LedgerEvent) async { try? await ledger.append(event, of: service) }
}
