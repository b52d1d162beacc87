internal import CGit2
import Foundation

/// The search behind `:/text` and `^{/text}`: the youngest commit whose message matches.
///
/// Pattern rules are those of gitrevisions(7): a POSIX basic regular expression, `!-` in front negates it, `!!` stands
/// for a literal `!`, and any other `!` is reserved.
struct MessageSearch {
  private let pattern: String
  private let negated: Bool

  init?(_ text: String) {
    if text.hasPrefix("!-") {
      (pattern, negated) = (String(text.dropFirst(2)), true)
    } else if text.hasPrefix("!!") {
      (pattern, negated) = (String(text.dropFirst(1)), false)
    } else if text.hasPrefix("!") {
      return nil
    } else {
      (pattern, negated) = (text, false)
    }
  }

  /// The first match among `starts` and their ancestors, newest first; nil when there is none.
  func first(in graph: CommitGraph, from starts: [ObjectID], _ handle: RepositoryHandle) throws(GitError) -> ObjectID? {
    var expression = regex_t()
    guard regcomp(&expression, pattern, REG_NEWLINE | REG_NOSUB) == 0 else { return nil }
    defer { regfree(&expression) }
    var walk = try CommitWalk(graph, from: starts)
    while let id = try walk.next() {
      let commit = try handle.commit(id)
      defer { git_commit_free(commit) }
      guard let message = git_commit_message_raw(commit) else { continue }
      if (regexec(&expression, message, 0, nil, 0) == 0) != negated { return id }
    }
    return nil
  }
}
