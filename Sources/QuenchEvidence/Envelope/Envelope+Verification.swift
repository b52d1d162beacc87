import Foundation

/// A payload that at least one trusted key signed: the very bytes, to be read in place of the envelope's.
public struct VerifiedPayload: Sendable, Hashable {
  /// The bytes that were signed.
  public let bytes: Data
  /// Their media type.
  public let type: String
  /// Which of the trusted keys signed, sorted, each once.
  public let signers: [KeyID]
}

extension Envelope {
  /// What trusted keys have signed of this envelope.
  ///
  /// Every signature is tried with every key; a name that an envelope gives its key decides nothing but the words of the
  /// refusal. Signatures of others take nothing from one that is trusted.
  ///
  /// - Throws: `EvidenceError` with code `signature-missing`, `signature-malformed`, `signature-invalid` (it is said to
  ///   be by a trusted key, and is not) or `signer-unknown`.
  public func verified(by keys: [VerificationKey]) throws(EvidenceError) -> VerifiedPayload {
    let signers = signers(of: unverifiedPayload, among: keys)
    guard signers.isEmpty else {
      return VerifiedPayload(bytes: unverifiedPayload, type: payloadType, signers: signers)
    }
    throw refusal(by: keys)
  }

  /// Which of the keys made a signature of this envelope for these bytes, which may be another envelope's.
  public func signers(of payload: Data, among keys: [VerificationKey]) -> [KeyID] {
    let message = PreAuthenticationEncoding.message(payload, type: payloadType)
    return Set(keys).filter { key in
      signatures.contains { $0.bytes.map { key.isValid($0, of: message) } ?? false }
    }.map(\.id).sorted()
  }

  private func refusal(by keys: [VerificationKey]) -> EvidenceError {
    guard !signatures.isEmpty else { return EvidenceError(.signatureMissing, "it is not signed") }
    let trusted = Set(keys.map(\.id.description))
    let claimed = signatures.filter { $0.keyHint.map(trusted.contains) ?? false }
    if let signature = claimed.first {
      let name = signature.keyHint?.prefix(12) ?? ""
      guard signature.bytes?.count == 64 else {
        return EvidenceError(.signatureMalformed, "the signature that is said to be by key \(name) is none")
      }
      return EvidenceError(
        .signatureInvalid,
        "the signature that is said to be by key \(name) does not fit: it or what it signed was altered")
    }
    if signatures.allSatisfy({ $0.bytes?.count != 64 }) {
      return EvidenceError(.signatureMalformed, "what stands in place of a signature is none")
    }
    let names = Set(signatures.compactMap(\.keyHint)).sorted().map { $0.prefix(12) }.prefix(3)
    return EvidenceError(
      .signerUnknown,
      names.isEmpty
        ? "it is signed by nobody who is trusted here"
        : "it is signed by key \(names.joined(separator: ", ")), which is not trusted here")
  }
}
