import Foundation
import QuenchDiagnostics
import QuenchGit
import SystemPackage
import Testing

@Suite struct RevisionExpressionTests {
  let scratch: Scratch
  let made: ScratchRepository

  init() throws {
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

  @Test func anAmbiguousPrefixListsItsCandidates() async throws {
    // Among this many blobs some share their first four digits, which is as short as an abbreviation gets.
    let paths = try (0..<600).map { number in
      try made.write("blobs/\(number)", "blob \(number)")
      return "blobs/\(number)"
    }
    let ids = try made.git("hash-object", "-w", "--stdin-paths", input: paths.joined(separator: "\n"))
      .split(separator: "\n")
    let groups = Dictionary(grouping: ids) { $0.prefix(4) }
    let prefix = try #require(groups.first { $0.value.count > 1 }?.key)
    let repository = try made.open()
    let error = await #expect(throws: GitError.self) { try await repository.resolve(String(prefix)) }
    #expect(error?.code == .revisionAmbiguous)
    #expect(error?.exitStatus == .usage)
    for id in groups[prefix] ?? [] { #expect(error?.message.contains(id.prefix(10)) == true) }
  }

  @Test func amongCandidatesTheOnlyCommitIsMeant() async throws {
    let head = try made.git("rev-parse", "HEAD")
    // Blobs until one shares four digits with the commit.
    var number = 0
    var twin: Substring?
    while twin == nil {
      let list = (number..<(number + 4000)).map { "data \("blob \($0)".utf8.count)\nblob \($0)\n" }
      let stream = list.map { "blob\n" + $0 }.joined()
      try made.git("fast-import", "--quiet", input: stream)
      let all = try made.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)").split(separator: "\n")
      twin = all.first { $0.hasPrefix(head.prefix(4)) && $0 != head }
      number += 4000
      try #require(number < 400_000)
    }
    #expect(try await made.open().resolve(String(head.prefix(4))).id.description == head)
    #expect(try await made.open().resolve(head.prefix(4) + "~1").id.description == made.git("rev-parse", "HEAD~1"))
  }

  /// Replaces `{expression}` by the object id, and `{expression:8}` by its first digits.
  private func expanded(_ expression: String) throws -> String {
    guard let match = expression.firstMatch(of: /(^|-g)\{([^}:]+)(?::(\d+))?\}/) else { return expression }
    let id = try made.git("rev-parse", String(match.output.2))
    let digits = match.output.3.flatMap { Int($0) } ?? (match.output.1.isEmpty ? 40 : 7)
    return expression.replacingCharacters(in: match.range, with: match.output.1 + id.prefix(digits))
  }
}
