internal import CGit2

extension Repository {
  /// The commit that HEAD is on; nil before the first commit.
  ///
  /// - Throws: `GitError` when HEAD points at something that cannot be read.
  public var headRevision: Revision? {
    get throws {
      if git_repository_head_unborn(handle.pointer) == 1 { return nil }
      return try resolve("HEAD")
    }
  }

  /// The commit that a revision expression names, by the rules of gitrevisions(7).
  ///
  /// Tags are peeled. Names are looked up locally; nothing is fetched.
  /// - Throws: `GitError` with `revisionUnknown`, `revisionAmbiguous` or `revisionNotCommit`.
  public func resolve(_ expression: String) throws -> Revision {
    try revision(RevisionExpression(handle: handle, graph: graph).resolve(expression))
  }
}
