import Foundation
import QuenchBuild
import QuenchConfiguration
import QuenchLedger
import QuenchManagers
import Synchronization

/// The rig's builds, as a repository would tell of them.
final class RigCatalog: BuildCatalog {
  /// The digest of the definition of the suite `api`.
  static let definition = String(repeating: "d", count: 64)

  let builds: [RigBuild]
  private let store: BuildStore
  private let settings: Mutex<Configuration>
  private let failure = Mutex<(any Error)?>(nil)

  init(builds: [RigBuild], store: BuildStore) {
    self.builds = builds
    self.store = store
    var configuration = Configuration(service: Self.service)
    configuration.hot = HotConfiguration(instances: 1, retain: 0)
    configuration.cold = ColdConfiguration(instances: 2, retain: 1, bake: .zero)
    configuration.balancer.timeouts.drain = .seconds(5)
    settings = Mutex(configuration)
  }

  private static var service: ServiceConfiguration {
    var service = ServiceConfiguration(
      name: "rig", run: "PATH=/usr/bin:$PATH exec python3 -I -S service.py", health: HealthConfiguration())
    service.outputs = ["service.py"]
    service.health = HealthConfiguration(
      probe: .http(path: "/health"), interval: .milliseconds(50), timeout: .seconds(5), rise: 1, fall: 2,
      startTimeout: .seconds(60))
    service.stop = StopConfiguration(signal: .term, grace: .seconds(5))
    return service
  }

  /// Changes this host's configuration.
  func configure(_ change: (inout Configuration) -> Void) { settings.withLock { change(&$0) } }

  func build(_ behaviour: String) throws -> RigBuild {
    guard let build = builds.first(where: { $0.behaviour == behaviour }) else { throw RigError(text: behaviour) }
    return build
  }

  func configuration() async throws -> Configuration {
    if let error = failure.withLock({ $0 }) { throw error }
    return settings.withLock { $0 }
  }

  func standingConfiguration() async throws -> Configuration { settings.withLock { $0 } }

  /// Has the configuration be unreadable, or readable again.
  func fail(_ error: (any Error)?) { failure.withLock { $0 = error } }

  func candidate(_ revision: String, live: String?) async throws -> PromotionCandidate {
    let build = builds.first { $0.revision == revision }
    return PromotionCandidate(
      service: "rig", revision: revision, tree: build?.tree ?? "", digest: build?.digest,
      builtDigest: build?.digest, definitions: ["api": Self.definition], policy: settings.withLock { $0.gate })
  }

  func deployment(of build: PromotedBuild, count: Int) async throws -> Deployment {
    var service = settings.withLock { $0.service }
    if builds.first(where: { $0.digest == build.digest })?.behaviour == "never-healthy" {
      service.health.startTimeout = .milliseconds(300)
    }
    return Deployment(revision: build.revision, digest: build.digest, service: service, count: count)
  }

  /// What was decided so far.
  let decisions = Mutex<[GateDecision]>([])

  func attest(_ decision: GateDecision) async throws { decisions.withLock { $0.append(decision) } }

  func check(_ digest: String) async throws -> Int64 {
    guard let digest = ArtifactDigest(digest) else { throw RigError(text: digest) }
    return try await store.check(digest)
  }
}
