import Foundation

extension BuildStatement {
  /// The statement as the payload of an envelope: JSON on one line.
  ///
  /// - Throws: `EvidenceError` with code `document-unwritable`.
  public func payload() throws(EvidenceError) -> Data {
    let predicate = ProvenancePredicate(
      buildDefinition: .init(
        buildType: ProvenancePredicate.buildType,
        externalParameters: .init(
          service: service, build: recipe.command, outputs: recipe.outputs, paths: recipe.paths,
          buildSecrets: recipe.secrets, buildMode: recipe.mode),
        internalParameters: .init(key: key, platform: platform, toolchain: toolchain, isolation: isolation),
        resolvedDependencies: [
          ResourceDescriptor(name: "revision", digest: StatementSubject.revision(revision, tree: tree).digest)
        ]),
      runDetails: .init(
        builder: .init(id: builderID, version: ["quench": builderVersion]),
        metadata: .init(invocationId: invocation, startedOn: started, finishedOn: finished),
        byproducts: logDigest.map {
          [ResourceDescriptor(name: "log", digest: [StatementSubject.Algorithm.sha256: $0], mediaType: "text/plain")]
        }))
    return try WireJSON.encode(
      Statement(about: [.artifact(of: service, digest)], Self.predicateType, predicate), what: "a build's provenance")
  }

  /// Builders that confine the code they run and those that do not are different ones to whoever trusts them.
  private var builderID: String { "urn:quench:builder:\(isolation == "none" ? "unconfined" : "confined")" }

  /// Reads the statement of a payload, which has to be trusted for other reasons.
  ///
  /// - Throws: `EvidenceError` with code `statement-malformed`.
  public init(payload: Data) throws(EvidenceError) {
    let statement = try Statement<ProvenancePredicate>(payload: payload, Self.predicateType)
    let definition = statement.predicate.buildDefinition, run = statement.predicate.runDetails
    guard definition.buildType == ProvenancePredicate.buildType else {
      throw EvidenceError(.statementMalformed, "the build is of type \(definition.buildType), not Quench's own")
    }
    guard let digest = try statement.subject.artifact() else {
      throw EvidenceError(.statementMalformed, "the provenance names no artifact as its subject")
    }
    let sources = definition.resolvedDependencies.compactMap { dependency in
      dependency.digest.map { StatementSubject(digest: $0) }
    }
    (revision, tree) = try sources.revision()
    self.digest = digest
    let recipe = definition.externalParameters
    service = recipe.service
    key = definition.internalParameters.key
    self.recipe = Recipe(
      command: recipe.build, outputs: recipe.outputs, paths: recipe.paths, secrets: recipe.buildSecrets,
      mode: recipe.buildMode)
    platform = definition.internalParameters.platform
    toolchain = definition.internalParameters.toolchain
    isolation = definition.internalParameters.isolation
    builderVersion = run.builder.version["quench"] ?? ""
    invocation = run.metadata.invocationId
    started = run.metadata.startedOn
    finished = run.metadata.finishedOn
    logDigest = run.byproducts?.first { $0.name == "log" }?.digest?[StatementSubject.Algorithm.sha256]
    guard run.builder.id == builderID else {
      throw EvidenceError(.statementMalformed, "the builder \(run.builder.id) is not one of Quench's, isolated so")
    }
  }
}
