import Foundation

/// The wire form of a build's predicate: SLSA provenance v1.
struct ProvenancePredicate: Codable, Sendable, Hashable {
  /// What the parameters below mean; the reference of `quench.yml` describes them under `service`.
  static let buildType = "urn:quench:build:v1"

  struct BuildDefinition: Codable, Sendable, Hashable {
    struct ExternalParameters: Codable, Sendable, Hashable {
      var service: String
      var build: String?
      var outputs: [String]
      var paths: [String]
      var buildSecrets: [String]
      var buildMode: String

      private enum CodingKeys: String, CodingKey {
        case service, build, outputs, paths
        case buildSecrets = "build-secrets"
        case buildMode = "build-mode"
      }
    }

    struct InternalParameters: Codable, Sendable, Hashable {
      var key: String
      var platform: String
      var toolchain: [String: String]
      var isolation: String
    }

    var buildType: String
    var externalParameters: ExternalParameters
    var internalParameters: InternalParameters
    var resolvedDependencies: [ResourceDescriptor<NoAnnotations>]
  }

  struct RunDetails: Codable, Sendable, Hashable {
    struct Builder: Codable, Sendable, Hashable {
      var id: String
      var version: [String: String]
    }

    struct Metadata: Codable, Sendable, Hashable {
      var invocationId: String
      var startedOn: Date?
      var finishedOn: Date?
    }

    var builder: Builder
    var metadata: Metadata
    var byproducts: [ResourceDescriptor<NoAnnotations>]?
  }

  var buildDefinition: BuildDefinition
  var runDetails: RunDetails
}
