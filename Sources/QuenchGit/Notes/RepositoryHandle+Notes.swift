internal import CGit2

extension RepositoryHandle {
  /// The commit that a reference is on; nil when there is none of its name.
  ///
  /// - Throws: `GitError` with `libraryFailed`.
  func target(of reference: String) throws(GitError) -> ObjectID? {
    var id = git_oid()
    let status = git_reference_name_to_id(&id, pointer, reference)
    if status == GIT_ENOTFOUND.rawValue { return nil }
    try Libgit2.check("read \(reference)", status)
    return ObjectID(id)
  }

  /// Has a reference point to a commit, if it is still where it was seen.
  ///
  /// It is compared and moved under its lock, which git respects as well.
  /// - Parameter old: where it was seen; nil when there was none of its name.
  /// - Returns: whether it was moved; not when another process moved it, or holds its lock.
  /// - Throws: `GitError` with `libraryFailed`.
  func move(_ reference: String, from old: ObjectID?, to new: ObjectID, because reason: String) throws(GitError) -> Bool
  {
    let transaction = try Libgit2.obtain("change \(reference)") { git_transaction_new(&$0, pointer) }
    defer { git_transaction_free(transaction) }
    let status = git_transaction_lock_ref(transaction, reference)
    if status == GIT_ELOCKED.rawValue { return false }
    try Libgit2.check("lock \(reference)", status)
    guard try target(of: reference) == old else { return false }
    let signature = try CommitterIdentity(self).signature()
    defer { git_signature_free(signature) }
    var id = new.git
    try Libgit2.check(
      "change \(reference)", git_transaction_set_target(transaction, reference, &id, signature, reason))
    try Libgit2.check("change \(reference)", git_transaction_commit(transaction))
    return true
  }

  /// Makes a commit of a notes tree.
  ///
  /// - Throws: `GitError` with `libraryFailed` or `objectMissing`.
  func commit(_ notes: NoteTree, parents: [ObjectID], message: String) throws(GitError) -> ObjectID {
    var oid = try notes.write(in: self).git
    let tree = try Libgit2.obtain("read the notes' tree") { git_tree_lookup(&$0, pointer, &oid) }
    defer { git_tree_free(tree) }
    let signature = try CommitterIdentity(self).signature()
    defer { git_signature_free(signature) }
    var commits: [OpaquePointer?] = []
    defer { for commit in commits { git_commit_free(commit) } }
    for parent in parents { commits.append(try commit(parent)) }
    var id = git_oid()
    try Libgit2.check(
      "commit notes",
      git_commit_create(
        &id, pointer, nil, signature, signature, nil, message + "\n", tree, commits.count, &commits))
    return ObjectID(id)
  }
}
