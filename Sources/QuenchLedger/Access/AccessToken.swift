import Foundation

/// What whoever shows a token may ask a production host for, from afar.
public enum AccessScope: String, Sendable, Hashable, Codable, CaseIterable {
  /// See how everything is.
  case read
  /// Promote what passes the gate, with the evidence and the artifact that it needs, and abort that.
  case promote
  /// Roll production back.
  case rollback
  /// Freeze promotions, and end that.
  case freeze
  /// Promote what the gate refuses; who may do that may not promote at all without ``promote``.
  case override
}

/// What a production host knows of a token: everything but the token itself.
public struct AccessToken: Sendable, Hashable {
  /// Tells tokens apart; it is the middle part of the token, and no secret.
  public var id: String
  /// Who it was made for, such as a CI job.
  public var name: String
  /// The SHA-256 of the secret part, in hexadecimal digits.
  public var hash: String
  /// What it is good for.
  public var scopes: Set<AccessScope>
  /// When it was made, to the millisecond.
  public var created: Date
  /// When it is good for nothing any more; nil for never.
  public var expires: Date?
  /// When it was revoked; nil while it was not.
  public var revoked: Date?

  /// Describes a token.
  public init(
    id: String, name: String, hash: String, scopes: Set<AccessScope>, created: Date = Date(), expires: Date? = nil,
    revoked: Date? = nil
  ) {
    self.id = id
    self.name = name
    self.hash = hash
    self.scopes = scopes
    self.created = created.toTheMillisecond
    self.expires = expires?.toTheMillisecond
    self.revoked = revoked?.toTheMillisecond
  }

  /// Whether it is good for anything at a time.
  public func isGood(at time: Date) -> Bool { revoked == nil && expires.map { time < $0 } != false }
}
