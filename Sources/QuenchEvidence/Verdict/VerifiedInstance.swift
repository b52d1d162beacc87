/// A hot instance that suites ran against.
public struct VerifiedInstance: Sendable, Hashable {
  /// The instance's id.
  public var id: String
  /// The TCP port it listened on.
  public var port: Int
  /// The object id of the revision it ran.
  public var revision: String

  /// Names an instance.
  public init(id: String, port: Int, revision: String) {
    self.id = id
    self.port = port
    self.revision = revision
  }
}
