extension Repository {
  /// Who makes commits here, as git would have it; Quench on this host where nobody is configured.
  ///
  /// - Throws: `GitError` when the configuration cannot be read.
  public func committer() throws -> (name: String, email: String) {
    let identity = try CommitterIdentity(handle)
    return (identity.name, identity.email)
  }
}
