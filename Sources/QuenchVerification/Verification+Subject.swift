import QuenchBuild
import QuenchConfiguration
import QuenchEvidence

extension Verification {
  /// What a verdict on a request would be about, as far as it is no matter of the revision.
  public struct Subject: Sendable {
    /// The digest of each suite's definition, by the suite's name.
    public var suiteDefinitions: [String: String]
    /// The suites whose tests come from elsewhere than the revision.
    public var independentSuites: Set<String>
    /// The digest of the service's definition.
    public var serviceDefinition: String
    /// The key of the build: the recipe, the platform and the toolchain besides the tree.
    public var buildKey: String
  }

  /// What a verdict on the request would be about, without doing anything for it.
  ///
  /// - Throws: `GitError` when a named revision is unknown; `StateError` or `ProcessError` when the toolchain cannot be
  ///   asked.
  public func subject(of request: VerificationRequest) async throws -> Subject {
    let service = request.configuration.service
    let tests = preparation(for: request) { _ in }
    let sources = try await tests.sources(for: request)
    return Subject(
      suiteDefinitions: tests.definitions(for: request, sources: sources).mapValues {
        SuiteDefinitionDigest(of: $0).hex
      },
      independentSuites: Set(sources.filter { $0.value.definition != .revision }.keys),
      serviceDefinition: try service.definitionDigest,
      buildKey: try await builder.key(of: request.revision, by: Recipe(service), in: repository).description)
  }
}
