import Foundation
import QuenchGit
import SystemPackage
import Testing

@Suite struct ConversionTests {
  let scratch: Scratch
  let made: ScratchRepository

  init() throws {
    scratch = try Scratch()
    made = try scratch.repository()
  }

  private func expectAsGit(_ expression: String = "HEAD") async throws {
    let repository = try made.open()
    _ = try await repository.materialise(repository.resolve(expression), into: scratch.slot)
    let worktree = scratch.path.appending("worktree")
    try made.git("worktree", "add", "-q", "--detach", worktree.string, expression)
    #expect(try Snapshot(of: scratch.slot.tree) == Snapshot(of: worktree))
    try made.git("worktree", "remove", "--force", worktree.string)
  }

  private func writeTexts() throws {
    for directory in ["", "deep/", "deep/er/"] {
      try made.write(directory + "unix.txt", "one\ntwo\n")
      try made.write(directory + "mixed.txt", "one\r\ntwo\n")
      try made.write(directory + "id.c", "/* $Id$ */\nint x;\n")
      try made.write(directory + "script.bat", "@echo off\n")
      try made.write(directory + "binary.bin", Data([0, 10, 13, 10, 0, 255]))
    }
  }

  @Test(arguments: [
    "*.txt text eol=crlf\n", "* text=auto eol=crlf\n", "*.c ident\n*.bat eol=crlf\n", "* text=auto\n*.bin -text\n",
    "[attr]dos text eol=crlf\n*.bat dos\n", "deep/** text eol=crlf\ndeep/er/** -text\n",
  ])
  func attributesOfTheRevisionAreApplied(attributes: String) async throws {
    try writeTexts()
    try made.write(".gitattributes", attributes)
    try made.write("deep/.gitattributes", "id.c ident eol=crlf\n")
    try made.commit("first")
    // Neither the working tree's attributes nor the index's count.
    try made.write(".gitattributes", "* -text\n")
    try made.git("add", ".gitattributes")
    try await expectAsGit()
  }

  @Test(arguments: [["core.autocrlf", "true"], ["core.autocrlf", "input"], ["core.eol", "crlf"]])
  func configurationIsApplied(setting: [String]) async throws {
    try writeTexts()
    try made.write("auto/.gitattributes", "* text=auto\n")
    try made.write("auto/file", "a\nb\n")
    try made.commit("first")
    try made.git.run(["config"] + setting)
    try await expectAsGit()
  }

  @Test func attributesOfTheCloneAreApplied() async throws {
    try writeTexts()
    try made.commit("first")
    try await expectAsGit()
    try made.write(".git/info/attributes", "*.txt text eol=crlf\n")
    try await expectAsGit()
  }

  @Test func changedAttributesRewriteTheFilesTheyConcern() async throws {
    try writeTexts()
    try made.write("deep/.gitattributes", "")
    try made.commit("first")
    try made.write("deep/.gitattributes", "*.txt text eol=crlf\n")
    try made.commit("second")
    try made.git("rm", "-q", "--cached", "deep/.gitattributes")
    try made.remove("deep/.gitattributes")
    try made.commit("third")
    let repository = try made.open()
    _ = try await repository.materialise(repository.resolve("HEAD~2"), into: scratch.slot)
    let untouched = ["unix.txt", "deep/id.c", "deep/er/binary.bin"].map { scratch.slot.tree.pushing(FilePath($0)) }
    let times = untouched.map(modificationTime)
    let second = try await repository.materialise(repository.resolve("HEAD~1"), into: scratch.slot)
    // Both texts with bare line feeds below `deep`, those with both kinds, and the attributes.
    #expect(second.written == 5)
    #expect(!second.wasDirty)
    #expect(untouched.map(modificationTime) == times)
    try await expectAsGit("HEAD~1")
    let third = try await repository.materialise(repository.resolve("HEAD"), into: scratch.slot)
    #expect(third.written == 4)
    #expect(third.removed == 1)
    try await expectAsGit("HEAD")
  }

  @Test(arguments: ["UTF-16", "UTF-16LE", "UTF-16BE", "UTF-16LE-BOM", "ISO-8859-1", "utf-8"])
  func encodingsAreThoseOfGit(encoding: String) async throws {
    try made.write(".gitattributes", "*.txt working-tree-encoding=\(encoding) eol=crlf\n")
    let stored = try made.git("hash-object", "-w", "--stdin", "--no-filters", input: "grüße\nzwei\n")
    try made.git("add", ".gitattributes")
    try made.git("update-index", "--add", "--cacheinfo", "100644,\(stored),a.txt")
    try made.git("commit", "-q", "-m", "first")
    try await expectAsGit()
  }

  @Test(arguments: [("no-such-encoding", "grüße"), ("ISO-8859-1", "語")])
  func whatCannotBeEncodedIsRefused(encoding: String, text: String) async throws {
    try made.write(".gitattributes", "*.txt working-tree-encoding=\(encoding)\n")
    let stored = try made.git("hash-object", "-w", "--stdin", "--no-filters", input: text)
    try made.git("add", ".gitattributes")
    try made.git("update-index", "--add", "--cacheinfo", "100644,\(stored),a.txt")
    try made.git("commit", "-q", "-m", "first")
    let repository = try made.open()
    let head = try await repository.resolve("HEAD")
    let error = await #expect(throws: GitError.self) { try await repository.materialise(head, into: scratch.slot) }
    #expect(error?.code == .encodingUnsupported)
    #expect(error?.message.contains("a.txt") == true)
  }
}
