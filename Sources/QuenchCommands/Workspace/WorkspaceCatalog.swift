import QuenchBuild
import QuenchConfiguration
import QuenchGit
import QuenchInstances
import QuenchLedger
import QuenchManagers
import QuenchVerification

/// What promotions need to know of a workspace's repository, configuration and store.
struct WorkspaceCatalog: BuildCatalog {
  let workspace: Workspace

  /// This host's configuration, with the service as `HEAD` has it.
  func configuration() async throws -> Configuration {
    try await workspace.configuration(for: try await workspace.repository.resolve("HEAD"))
  }

  /// What of a revision was verified, by the suites as they are defined now.
  func candidate(_ name: String, live: String?) async throws -> PromotionCandidate {
    let repository = workspace.repository
    let revision = try await repository.resolve(name)
    let configuration = try await workspace.configuration(for: revision)
    let subject = try await workspace.verification().subject(
      of: VerificationRequest(revision: revision, configuration: configuration, suites: configuration.suites))
    var candidate = PromotionCandidate(
      service: configuration.service.name, revision: revision.id.description,
      digest: try await workspace.ledger.verifiedDigest(
        service: configuration.service.name, tree: revision.tree.description), definitions: subject.suiteDefinitions)
    if let branch = configuration.gate.branch {
      let tip = try await repository.resolve(branch)
      candidate.isOnBranch = try await repository.isAncestor(revision.id, of: tip.id)
    }
    if let live {
      let base = try await repository.resolve(live)
      candidate.descendsFromLive = try await repository.isAncestor(base.id, of: revision.id)
    }
    return candidate
  }

  /// A build as its own revision describes how it is run.
  func deployment(of build: PromotedBuild, count: Int) async throws -> Deployment {
    let service = try await workspace.service(for: try await workspace.repository.resolve(build.revision))
    return Deployment(
      revision: build.revision, digest: build.digest, service: service, count: count,
      secrets: try ServiceSecrets.values(of: service), denied: workspace.denied)
  }

  /// Hashes an artifact's bytes.
  func check(_ digest: String) async throws -> Int64 {
    guard let digest = ArtifactDigest(digest) else {
      throw ManagerError(.nothingEarlier, "\(digest) is not the digest of a build", remedy: "quench history")
    }
    return try await workspace.store.check(digest)
  }
}

extension Workspace {
  /// The production of this host's service.
  ///
  /// - Parameter publisher: where traffic is told to go.
  /// - Throws: `ConfigurationError` or `GitError` when no `quench.yml` tells the service's name.
  func production(publisher: any RoutePublisher) async throws -> Production {
    Production(
      service: try await serviceName(), state: state, ledger: ledger, provider: provider, publisher: publisher,
      catalog: WorkspaceCatalog(workspace: self), gate: LedgerGate(ledger: ledger))
  }
}
