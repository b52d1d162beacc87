import Foundation

/// What of an envelope is signed: its type and its payload, each behind its length, so that neither can be read as part
/// of the other.
enum PreAuthenticationEncoding {
  /// `DSSEv1 SP length SP type SP length SP payload`, lengths in bytes and decimal (DSSE v1.0.2, protocol.md).
  static func message(_ payload: Data, type: String) -> Data {
    var message = Data("DSSEv1 \(type.utf8.count) \(type) \(payload.count) ".utf8)
    message.append(payload)
    return message
  }
}
