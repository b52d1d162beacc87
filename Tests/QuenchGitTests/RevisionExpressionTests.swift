import Foundation
import QuenchDiagnostics
import QuenchGit
import SystemPackage
import Testing

/// A history with a merge, tags, a remote and reflogs, made once: the tests only read it.
private struct Example {
  static let shared: Result<Example, any Error> = Result {
    let example = try Example()
    // Nothing else ends with the process, as what is static never goes out of scope.
    atexit { try? FileManager.default.removeItem(atPath: Example.shared.get().scratch.path.string) }
    return example
  }

  let scratch: Scratch
  let made: ScratchRepository

  private init() throws {
    scratch = try Scratch()
    made = try scratch.repository()
    for number in 1...6 {
      try made.write("file", "\(number)")
      try made.commit("change \(number): tune the reader", at: 1_700_000_000 + number * 100)
      if number == 2 { try made.git("tag", "light") }
      if number == 3 { try made.git("tag", "-a", "-m", "the release", "v1.0") }
    }
    try made.git("checkout", "-q", "-b", "topic", "HEAD~2")
    try made.write("side", "s")
    try made.commit("topic work fixes: the writer", at: 1_700_000_450)
    try made.git("checkout", "-q", "main")
    var git = made.git
    git.environment = ["GIT_COMMITTER_DATE": "1700000700 +0000", "GIT_AUTHOR_DATE": "1700000700 +0000"]
    try git("merge", "-q", "--no-ff", "-m", "merge topic", "topic")
    try made.git("update-ref", "refs/remotes/origin/main", "HEAD~1")
    try made.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    try made.git("remote", "add", "origin", "https://example.org/x.git")
    try made.git("config", "branch.main.remote", "origin")
    try made.git("config", "branch.main.merge", "refs/heads/main")
    try made.git("update-ref", "ORIG_HEAD", "HEAD~2")
  }
}

@Suite struct RevisionExpressionTests {
  let made: ScratchRepository

  init() throws { made = try Example.shared.get().made }

  @Test(arguments: [
    "HEAD", "@", "@~1", "@^2", "HEAD~2", "HEAD^", "HEAD^^", "HEAD^2~1", "HEAD~1^1", "HEAD^0", "HEAD^{}", "main",
    "topic",
    "refs/heads/topic", "heads/topic", "light", "v1.0", "v1.0^{}", "v1.0^{commit}", "v1.0^0", "v1.0~1", "tags/v1.0",
    "origin/main", "origin", "remotes/origin/main", "@{u}", "main@{upstream}", "@{upstream}", "@{0}", "@{1}",
    "HEAD@{1}",
    "main@{1}", "@{-1}", "@{-2}", "@{-1}~1", ":/merge", ":/tune", ":/fixes", ":/^change 2", ":/!-tune",
    "HEAD^{/change}",
    "HEAD^{/change 2}", "HEAD~3^{/tune}~1", "topic^{/reader}", "HEAD^{/!-merge}", "v1.0^{/change 1}", "ORIG_HEAD",
    "v1.0-3-g{HEAD~2}", "{HEAD~1}", "{HEAD~1:8}", "{HEAD~1:8}^", "{v1.0}", "HEAD@{yesterday}", "HEAD@{2 years ago}",
    "main@{1 second ago}", "HEAD@{2001-01-01}", "main@{now}",
  ])
  func meansWhatGitMeans(_ expression: String) async throws {
    let expression = try expanded(expression)
    let expected = try made.git(
      "rev-parse", "--verify", "-q", expression.hasPrefix(":") ? expression : "\(expression)^{commit}")
    #expect(try await made.open().resolve(expression).id.description == expected, "\(expression)")
  }

  @Test(arguments: [
    "nothing", "HEAD~99", "v9", "0123456789012345678901234567890123456789", "HEAD^3", ":/no such text", "",
    "HEAD^{/no such text}", "main@{99}", "-q", "HEAD..", "a b", "HEAD:missing", "@{-9}", "\u{0}", "HEAD^{nothing}",
  ])
  func unknownIsWrongUsage(_ expression: String) async throws {
    let repository = try made.open()
    let error = await #expect(throws: GitError.self) { try await repository.resolve(expression) }
    #expect(error?.code == .revisionUnknown)
    #expect(error?.exitStatus == .usage)
    #expect(error?.remedy != nil)
  }

  @Test(arguments: ["HEAD:file", "HEAD^{tree}", "HEAD:"])
  func whatIsNoCommitIsNamed(_ expression: String) async throws {
    let repository = try made.open()
    let error = await #expect(throws: GitError.self) { try await repository.resolve(expression) }
    #expect(error?.code == .revisionNotCommit)
    #expect(error?.exitStatus == .usage)
  }

  @Test func aRangeIsToldFromARevision() async throws {
    let repository = try made.open()
    let error = await #expect(throws: GitError.self) { try await repository.resolve("HEAD~2..HEAD") }
    #expect(error?.message.contains("range") == true)
  }

  @Test func carriesWhatTheCommitSays() async throws {
    let revision = try await made.open().resolve("v1.0")
    #expect(revision.subject == "change 3: tune the reader")
    #expect(revision.authorName == "Ada")
    #expect(revision.authorEmail == "ada@example.org")
    #expect(revision.authorTime == Date(timeIntervalSince1970: 1_700_000_300))
    #expect(revision.commitTime == revision.authorTime)
    #expect(try revision.tree.description == made.git("rev-parse", "v1.0^{tree}"))
    #expect(try revision.parents.map(\.description) == [made.git("rev-parse", "v1.0~1")])
  }

  @Test func anAmbiguousPrefixListsItsCandidatesUnlessOneCommitIsMeant() async throws {
    // Among this many objects some share their first four digits, which is as short as an abbreviation gets.
    let scratch = try Scratch()
    let made = try scratch.repository()
    let stream = (1...900).map { number in
      "commit refs/heads/main\ncommitter G <g@example.org> \(1_700_000_000 + number) +0000\ndata 2\nc\n"
        + "M 100644 inline f\ndata \("\(number)".utf8.count)\n\(number)\n"
    }
    try made.git("fast-import", "--quiet", input: stream.joined())
    let objects = try made.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)")
      .split(separator: "\n").map { $0.split(separator: " ") }
    let groups = Dictionary(grouping: objects) { $0[0].prefix(4) }.filter { $0.value.count > 1 }
    let repository = try made.open()

    let ambiguous = try #require(groups.first { $0.value.count { $0[1] == "commit" } != 1 })
    let error = await #expect(throws: GitError.self) { try await repository.resolve(String(ambiguous.key)) }
    #expect(error?.code == .revisionAmbiguous)
    #expect(error?.exitStatus == .usage)
    for object in ambiguous.value { #expect(error?.message.contains(object[0].prefix(8)) == true) }

    let clear = try #require(groups.first { $0.value.count { $0[1] == "commit" } == 1 })
    let commit = try #require(clear.value.first { $0[1] == "commit" }?[0])
    #expect(try await repository.resolve(String(clear.key)).id.description == commit)
    #expect(try await repository.resolve(clear.key + "^0").id.description == commit)
  }

  /// Replaces `{expression}` by the object id, and `{expression:8}` by its first digits.
  private func expanded(_ expression: String) throws -> String {
    guard let match = expression.firstMatch(of: /(^|-g)\{([^}:]+)(?::(\d+))?\}/) else { return expression }
    let id = try made.git("rev-parse", String(match.output.2))
    let digits = match.output.3.flatMap { Int($0) } ?? (match.output.1.isEmpty ? 40 : 7)
    return expression.replacingCharacters(in: match.range, with: match.output.1 + id.prefix(digits))
  }
}
