import Foundation

/// The wire form of a decision's predicate: SLSA verification summary v1.
struct VerificationSummaryPredicate: Codable, Sendable, Hashable {
  static let verifier = "urn:quench:gate:v1"
  static let policy = "urn:quench:policy:v1"
  /// What a build that passes the gate has reached; levels that begin with `SLSA_` are SLSA's own.
  static let gated = "QUENCH_GATED"
  static let failed = "FAILED"

  struct Verifier: Codable, Sendable, Hashable {
    var id: String
    var version: [String: String]
  }

  enum Result: String, Codable, Sendable {
    case passed = "PASSED"
    case failed = "FAILED"
  }

  /// What the rules of the policy said.
  struct PolicyAnnotations: Codable, Sendable, Hashable {
    var service: String
    var reasons: [DecisionStatement.Reason]
  }

  var verifier: Verifier
  var timeVerified: Date
  var resourceUri: String
  var policy: ResourceDescriptor<PolicyAnnotations>
  var inputAttestations: [ResourceDescriptor<NoAnnotations>]
  var verificationResult: Result
  var verifiedLevels: [String]
}
