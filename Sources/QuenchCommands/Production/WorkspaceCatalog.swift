import ArgumentParser
import Foundation
import QuenchBuild
import QuenchConfiguration
import QuenchEvidence
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
      isOnBranch = try await repository.isOn(branch, commit.id)
    }
    var descends: Bool?
    if let live {
      descends = try await repository.isAncestor(try await repository.resolve(live).id, of: commit.id)
    }
    let evidence = try await fresh.policyEvidence(on: commit, of: service, by: configuration.gate)
    let verified =
      configuration.gate.signers.isEmpty
      ? try await fresh.ledger.verifiedDigest(service: service, tree: commit.tree.description) : evidence.digest
    return PromotionCandidate(
      service: service, revision: commit.id.description, tree: commit.tree.description,
      digest: verified,
      builtDigest: try await fresh.ledger.builtDigest(service: service, tree: commit.tree.description),
      definitions: subject.suiteDefinitions, independentSuites: subject.independentSuites, isOnBranch: isOnBranch,
      descendsFromLive: descends, evidence: evidence.standings, approvals: evidence.approvals,
      policy: configuration.gate, inputs: evidence.inputs)
  }

  func deployment(of build: PromotedBuild, count: Int) async throws -> Deployment {
    let fresh = try workspace.refreshed()
    let service = try await fresh.service(for: try await fresh.repository.resolve(build.revision))
    return Deployment(
      revision: build.revision, digest: build.digest, service: service, count: count,
      secrets: try ServiceSecrets.values(of: service), denied: fresh.denied)
  }

  func attest(_ decision: GateDecision) async throws {
    let fresh = try workspace.refreshed()
    guard let attestor = try Attestor(fresh.repository), let digest = decision.digest, let policy = decision.policy
    else { return }
    let commit = try await fresh.repository.resolve(decision.revision)
    try await attestor.attest(
      DecisionStatement(
        service: decision.service, revision: decision.revision, tree: commit.tree.description, digest: digest,
        isAllowed: decision.isAllowed,
        reasons: decision.reasons.map { .init(rule: $0.rule, ok: $0.ok, detail: $0.detail) }, decided: decision.decided,
        verifierVersion: QuenchCommand.configuration.version, policyDigest: try Self.digest(of: policy),
        inputs: decision.inputs.map { .init(digest: $0.digest, place: $0.place) }))
  }

  /// The SHA-256 of a policy, as JSON with its keys sorted.
  private static func digest(of policy: GateConfiguration) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Envelope.digest(of: try encoder.encode(policy))
  }

  func check(_ digest: String) async throws -> Int64 {
    guard let digest = ArtifactDigest(digest) else {
      throw ManagerError(.nothingEarlier, "\(digest) is not the digest of a build", remedy: "quench history")
    }
    return try await workspace.store.check(digest)
  }
}
