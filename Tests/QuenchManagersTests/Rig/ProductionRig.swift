import Foundation
import QuenchBuild
import QuenchConfiguration
import QuenchEvidence
import QuenchGit
import QuenchInstances
import QuenchLedger
import QuenchManagers
import QuenchProcesses
import QuenchState
import QuenchSuites
import SystemPackage

/// A production host in a folder of its own: builds of a small service in a store, a ledger that knows their verdicts,
/// and traffic that is only written down.
///
/// Everything is found again from the folder's path, by whichever process.
final class ProductionRig: Sendable {
  /// What the builds of the service do.
  static let behaviours = ["plain", "plain-two", "plain-three", "never-healthy", "falls-ill"]

  let root: FilePath
  let state: StateDirectory
  let ledger: Ledger
  let catalog: RigCatalog
  let routes: RecordedRoutes
  let provider: ProcessProvider
  let cold: ColdpointManager
  let hot: HotpointManager

  /// Makes a host with a build of each behaviour, all of them verified.
  static func make() async throws -> ProductionRig {
    let root = FilePath(FileManager.default.temporaryDirectory.path).appending("quench-rig-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      atPath: root.appending("repository").string, withIntermediateDirectories: true)
    let state = StateDirectory(root: root.appending("state"))
    try state.prepare()
    let builds = try await RigBuilds.make(in: root, state: state)
    try JSONEncoder().encode(builds).write(to: URL(filePath: root.appending("builds.json").string))
    let rig = try await ProductionRig(at: root.string)
    for build in builds { try await rig.ledger.record(.passing(build)) }
    return rig
  }

  /// Takes up a host.
  init(at path: String) async throws {
    root = FilePath(path)
    state = StateDirectory(root: root.appending("state"))
    ledger = try await Ledger(state)
    let store = BuildStore(root: state.store)
    catalog = RigCatalog(
      builds: try JSONDecoder().decode(
        [RigBuild].self, from: Data(contentsOf: URL(filePath: root.appending("builds.json").string))), store: store)
    routes = RecordedRoutes(file: root.appending("routes.json"))
    provider = ProcessProvider(
      state: state, store: store, launcher: try Launcher.located(), lifeline: try Lifeline())
    cold = ColdpointManager(service: "rig", state: state, ledger: ledger, provider: provider, publisher: routes)
    hot = HotpointManager(service: "rig", state: state, ledger: ledger, provider: provider)
  }

  /// A runner of promotions on this host.
  func runner(criteria: BakeCriteria = BakeCriteria(), room: Room? = nil) -> PromotionRunner {
    let left: (@Sendable () -> Room)?
    if let room { left = { room } } else { left = nil }
    return PromotionRunner(
      PromotionSurroundings(
        cold: cold, hot: hot, catalog: catalog, gate: PolicyGate(ledger: ledger), criteria: criteria,
        room: left))
  }

  /// Asks for the promotion of the build with a behaviour.
  func request(_ behaviour: String, noWayBack: String? = nil, bake: Duration? = nil, waits: Bool = false)
    throws -> PromotionRequest
  {
    PromotionRequest(
      revision: try catalog.build(behaviour).revision, actor: "test", noWayBack: noWayBack, bake: bake, waits: waits)
  }

  /// The behaviour of what is live.
  func live() async -> String? {
    guard let live = await cold.sets.live else { return nil }
    return catalog.builds.first { $0.digest == live.build.digest }?.behaviour
  }

  /// Ends everything and removes the folder.
  func remove() async {
    for folder in InstanceFolder.all(in: state) {
      if let instance = try? Instance(in: folder) {
        await provider.remove(instance)
      } else {
        await provider.removeShared(folder)
      }
    }
    try? FileManager.default.removeItem(atPath: root.string)
  }
}

/// Runs `body` with a host that is removed afterwards, whatever happens.
func withProduction(_ body: (ProductionRig) async throws -> Void) async throws {
  let rig = try await ProductionRig.make()
  do {
    try await body(rig)
  } catch {
    await rig.remove()
    throw error
  }
  await rig.remove()
}

extension Verdict {
  /// That the suite `api` passed on a build.
  static func passing(_ build: RigBuild) -> Verdict {
    Verdict(
      service: "rig", revision: build.revision, tree: build.tree, started: Date(),
      build: VerifiedBuild(key: build.key, digest: build.digest, cached: false),
      suites: [
        SuiteResult(
          name: "api", result: .passed, durationSeconds: 1,
          tests: [TestResult(id: "one", framework: .command, result: .passed, durationSeconds: 1)])
      ], suiteDefinitions: ["api": RigCatalog.definition], timings: Timings(total: 1))
  }
}
