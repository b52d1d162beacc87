import Foundation

/// How much of an artifact a production host has.
public struct ArtifactProgress: Codable, Sendable, Equatable {
  /// Whether it is in the build store, with all its bytes.
  public var isWhole: Bool
  /// How many bytes have come, from the first on; what comes next begins there.
  public var received: Int64

  private enum CodingKeys: String, CodingKey {
    case isWhole = "whole"
    case received
  }

  /// Describes how far it has come.
  public init(isWhole: Bool, received: Int64) {
    self.isWhole = isWhole
    self.received = received
  }
}

/// How many statements came that were not here.
public struct EvidenceReceipt: Codable, Sendable, Equatable {
  /// How many there were in all.
  public var sent: Int
  /// How many keys of the policy have signed.
  public var trusted: Int

  /// Describes what came.
  public init(sent: Int, trusted: Int) {
    self.sent = sent
    self.trusted = trusted
  }
}

/// What a promotion from afar brings with it: evidence, and the artifact where this host lacks it.
public protocol PromotionSupplies: Sendable {
  /// Keeps those statements that keys of the policy have signed.
  func take(evidence: [Data]) async throws -> EvidenceReceipt

  /// Has a revision be here, and where it stands in the history be known.
  func fetch(_ revision: String) async throws

  /// How much of the artifact of a revision is here.
  ///
  /// - Throws: where no evidence that counts here speaks of such an artifact.
  func progress(of digest: String, for revision: String) async throws -> ArtifactProgress

  /// Takes more of an artifact; when that was all of it, it goes into the build store if it hashes to its digest.
  ///
  /// - Parameters:
  ///   - offset: where the bytes begin; where something else had come meanwhile, nothing is taken.
  ///   - size: how many bytes the artifact has in all.
  func take(
    _ bytes: Data, of digest: String, for revision: String, at offset: Int64, size: Int64
  ) async throws -> ArtifactProgress
}
