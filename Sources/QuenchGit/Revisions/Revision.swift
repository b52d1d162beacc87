internal import CGit2
import Foundation

/// A commit: its id, its tree and what it says of itself.
public struct Revision: Sendable, Hashable, Identifiable {
  /// The commit's object id.
  public let id: ObjectID
  /// The object id of the commit's tree.
  public let tree: ObjectID
  /// The first paragraph of the message, on one line.
  public let subject: String
  /// The author's name.
  public let authorName: String
  /// The author's mail address.
  public let authorEmail: String
  /// When the change was written.
  public let authorTime: Date
  /// When the commit was made.
  public let commitTime: Date
  /// The parents in order; empty for a root, and where a shallow clone's history was cut.
  public let parents: [ObjectID]
}

extension Revision {
  /// The same commit with another tree.
  func with(tree: ObjectID) -> Revision {
    Revision(
      id: id, tree: tree, subject: subject, authorName: authorName, authorEmail: authorEmail, authorTime: authorTime,
      commitTime: commitTime, parents: parents)
  }

  /// Reads the commit `id`.
  ///
  /// - Throws: `GitError` with `objectMissing` when the repository does not have it.
  init(_ id: ObjectID, in handle: RepositoryHandle, boundary: Set<ObjectID>) throws(GitError) {
    let commit = try handle.commit(id)
    defer { git_commit_free(commit) }
    let author = git_commit_author(commit)?.pointee
    self.id = id
    tree = ObjectID(git_commit_tree_id(commit).pointee)
    subject = git_commit_summary(commit).map { String(cString: $0) } ?? ""
    authorName = author?.name.map { String(cString: $0) } ?? ""
    authorEmail = author?.email.map { String(cString: $0) } ?? ""
    authorTime = Date(timeIntervalSince1970: TimeInterval(author?.when.time ?? 0))
    commitTime = Date(timeIntervalSince1970: TimeInterval(git_commit_time(commit)))
    parents =
      boundary.contains(id)
      ? [] : (0..<git_commit_parentcount(commit)).map { ObjectID(git_commit_parent_id(commit, $0).pointee) }
  }
}

extension RepositoryHandle {
  /// Whether the repository has this commit.
  func contains(commit id: ObjectID) -> Bool {
    var oid = id.git
    var object: OpaquePointer?
    defer { git_object_free(object) }
    return git_object_lookup(&object, pointer, &oid, GIT_OBJECT_COMMIT) == 0
  }

  /// Looks a commit up; the caller frees it.
  ///
  /// - Throws: `GitError` with `objectMissing` when the repository does not have it.
  func commit(_ id: ObjectID) throws(GitError) -> OpaquePointer {
    var oid = id.git
    do {
      return try Libgit2.obtain("read commit \(id)") { git_commit_lookup(&$0, pointer, &oid) }
    } catch {
      throw missing(id, "commit", error)
    }
  }

  /// The error for an object that cannot be read: in a shallow or partial clone it says so.
  func missing(_ id: ObjectID, _ kind: String, _ error: GitError) -> GitError {
    guard error.libraryStatus == GIT_ENOTFOUND else { return error }
    if kind == "commit", !shallowBoundary.isEmpty {
      return GitError(
        .objectMissing, "commit \(id) is not in this clone, which is shallow", remedy: "git fetch --unshallow",
        cause: error.cause)
    }
    return GitError(
      .objectMissing, "\(kind) \(id) is not in the repository at \(gitDirectory)",
      remedy: (try? Configuration(self))?["extensions.partialclone"] == nil
        ? "git fsck" : "git fetch --refetch --no-filter",
      cause: error.cause)
  }
}
