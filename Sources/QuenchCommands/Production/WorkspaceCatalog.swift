import QuenchBuild
import QuenchConfiguration
import QuenchGit
import QuenchInstances
import QuenchLedger
import QuenchManagers
import QuenchVerification

/// What a promotion needs to know of the repository, its configuration and the build store, read anew each time.
struct WorkspaceCatalog: BuildCatalog {
  let workspace: Workspace
  private let standing: StandingConfiguration

  init(workspace: Workspace) {
    self.workspace = workspace
    standing = StandingConfiguration(ledger: workspace.ledger)
  }

  /// This host's configuration with the service as HEAD has it: for what is no matter of one revision.
  func configuration() async throws -> Configuration {
    let fresh = try workspace.refreshed()
    return try await fresh.configuration(for: try await fresh.repository.resolve("HEAD"))
  }

  func standingConfiguration() async throws -> Configuration { try await standing.read(configuration) }

  func candidate(_ revision: String, live: String?) async throws -> PromotionCandidate {
    let fresh = try workspace.refreshed()
    let repository = fresh.repository
    let commit = try await repository.resolve(revision)
    let configuration = try await fresh.configuration(for: commit)
    if !configuration.suites.isEmpty { try await fresh.check(configuration.suites) }
    let subject = try await fresh.verification().subject(
      of: VerificationRequest(
        revision: commit, configuration: configuration, suites: configuration.suites, denied: fresh.denied))
    let service = configuration.service.name
    var isOnBranch: Bool?
    if let branch = configuration.gate.branch {
      isOnBranch = try await repository.isAncestor(commit.id, of: try await repository.resolve(branch).id)
    }
    var descends: Bool?
    if let live {
      descends = try await repository.isAncestor(try await repository.resolve(live).id, of: commit.id)
    }
    return PromotionCandidate(
      service: service, revision: commit.id.description, tree: commit.tree.description,
      digest: try await fresh.ledger.verifiedDigest(service: service, tree: commit.tree.description),
      definitions: subject.suiteDefinitions, independentSuites: subject.independentSuites, isOnBranch: isOnBranch,
      descendsFromLive: descends)
  }

  func deployment(of build: PromotedBuild, count: Int) async throws -> Deployment {
    let fresh = try workspace.refreshed()
    let service = try await fresh.service(for: try await fresh.repository.resolve(build.revision))
    return Deployment(
      revision: build.revision, digest: build.digest, service: service, count: count,
      secrets: try ServiceSecrets.values(of: service), denied: fresh.denied)
  }

  func check(_ digest: String) async throws -> Int64 {
    guard let digest = ArtifactDigest(digest) else {
      throw ManagerError(.nothingEarlier, "\(digest) is not the digest of a build", remedy: "quench history")
    }
    return try await workspace.store.check(digest)
  }
}
