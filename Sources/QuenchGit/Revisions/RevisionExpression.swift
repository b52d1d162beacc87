internal import CGit2
import Foundation

/// Turns what people write for a revision into a commit id, by the rules of gitrevisions(7).
///
/// libgit2 parses most of it; `@` alone, message searches across a shallow boundary, candidates of an ambiguous
/// prefix and reflog times before the first entry are completed here.
struct RevisionExpression {
  let handle: RepositoryHandle
  let graph: CommitGraph

  /// The commit that `text` names, peeled from tags.
  ///
  /// - Throws: `GitError` with `revisionUnknown`, `revisionAmbiguous` or `revisionNotCommit`.
  func resolve(_ text: String) throws(GitError) -> ObjectID {
    guard !text.isEmpty, !text.utf8.contains(0) else { throw unknown(text, nil) }
    if text.hasPrefix(":/") {
      return try search(String(text.dropFirst(2)), from: try tips(), whole: text)
    }
    if let opening = text.range(of: "^{/"), let closing = text[opening.upperBound...].firstIndex(of: "}") {
      let start = try resolve(opening.lowerBound == text.startIndex ? "HEAD" : String(text[..<opening.lowerBound]))
      let found = try search(String(text[opening.upperBound..<closing]), from: [start], whole: text)
      return try resolve(found.description + text[text.index(after: closing)...])
    }
    if text.first == "@", text.dropFirst().first != "{" {
      return try resolve("HEAD" + text.dropFirst())
    }
    do {
      let object = try Libgit2.obtain("resolve \(text)") { git_revparse_single(&$0, handle.pointer, text) }
      defer { git_object_free(object) }
      return try peel(object, text)
    } catch  where error.libraryStatus == GIT_EAMBIGUOUS {
      return try disambiguate(text, error)
    } catch  where error.code == .libraryFailed {
      if let id = Reflog(handle: handle).oldest(beforeTimeIn: text) { return try resolve(id.description) }
      throw unknown(text, error)
    }
  }

  private func search(_ pattern: String, from starts: [ObjectID], whole: String) throws(GitError) -> ObjectID {
    guard let search = MessageSearch(pattern), let found = try search.first(in: graph, from: starts, handle) else {
      throw unknown(whole, nil)
    }
    return found
  }

  /// Every commit that a reference or a detached HEAD points at.
  private func tips() throws(GitError) -> [ObjectID] {
    var names = git_strarray()
    try Libgit2.check("list the references", git_reference_list(&names, handle.pointer))
    defer { git_strarray_dispose(&names) }
    let listed = (0..<names.count).compactMap { names.strings?[$0].map { String(cString: $0) } }
    return (["HEAD"] + listed).compactMap { name in
      var object: OpaquePointer?
      guard git_revparse_single(&object, handle.pointer, name) == 0, let object else { return nil }
      defer { git_object_free(object) }
      return try? peel(object, name)
    }
  }

  private func peel(_ object: OpaquePointer, _ text: String) throws(GitError) -> ObjectID {
    do {
      let commit = try Libgit2.obtain("peel \(text)") { git_object_peel(&$0, object, GIT_OBJECT_COMMIT) }
      defer { git_object_free(commit) }
      return ObjectID(git_object_id(commit).pointee)
    } catch {
      let kind = git_object_type2string(git_object_type(object)).map { String(cString: $0) } ?? "object"
      throw GitError(
        .revisionNotCommit, "'\(text)' is a \(kind), not a commit", remedy: "git log --oneline", cause: error.cause)
    }
  }

  /// Takes the only commit among the candidates, as git does where a commit is wanted, or lists them.
  private func disambiguate(_ text: String, _ error: GitError) throws(GitError) -> ObjectID {
    let digits = text.prefix(while: \.isHexDigit)
    // `git describe` output ends in the abbreviated id.
    let described = text.range(of: "-g", options: .backwards).map { text[$0.upperBound...].prefix(while: \.isHexDigit) }
    let prefix = digits.count >= 4 ? digits : described ?? digits
    let candidates = AbbreviatedID(prefix: String(prefix)).candidates(in: handle)
    let commits = candidates.filter { $0.commit != nil }
    if commits.count == 1 {
      return try resolve(commits[0].id.description + text[prefix.endIndex...])
    }
    let list = candidates.prefix(20).map { "  \($0.id.abbreviated(over: prefix.count)) \($0.summary)" }
    throw GitError(
      .revisionAmbiguous,
      "'\(prefix)' is the beginning of \(candidates.count) objects:\n" + list.joined(separator: "\n"),
      remedy: "give more digits", cause: error.cause)
  }

  private func unknown(_ text: String, _ error: GitError?) -> GitError {
    if error?.libraryStatus != nil, text.contains("..") || text.hasPrefix("^") || text.hasSuffix("^!") {
      return GitError(
        .revisionUnknown, "'\(text)' is a range, where one revision is wanted",
        remedy: "git rev-list --max-count=1 '\(text)'", cause: error?.cause)
    }
    let cut = handle.shallowBoundary
    guard cut.isEmpty else {
      return GitError(
        .revisionUnknown,
        "'\(text)' names no revision here; this clone is shallow, so older commits are not in it",
        remedy: "git fetch --unshallow (or some more: git fetch --deepen=100)", cause: error?.cause)
    }
    return GitError(
      .revisionUnknown, "'\(text)' names no revision in \(handle.location.path)",
      remedy: "git fetch --all --tags, then look with: git log --oneline", cause: error?.cause)
  }
}
