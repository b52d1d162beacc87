import Foundation
import QuenchGit
import SystemPackage
import Testing

@Suite struct SubmoduleTests {
  let scratch: Scratch
  let top: ScratchRepository

  /// `top` has `middle` at `libs/middle`, which has `leaf` at `leaf`; two commits each.
  init() throws {
    scratch = try Scratch()
    let leaf = try scratch.repository("leaf")
    try leaf.write("leaf.txt", "leaf 1\n")
    try leaf.commit("leaf 1")
    let middle = try scratch.repository("middle")
    try middle.write("middle.txt", "middle 1\n")
    try middle.write(".gitattributes", "*.txt eol=crlf\n")
    try Self.git(middle)("submodule", "add", "-q", leaf.path.string, "leaf")
    try middle.commit("middle 1")
    top = try scratch.repository("top")
    try top.write("top.txt", "top 1\n")
    try Self.git(top)("submodule", "add", "-q", "--name", "mid dle", middle.path.string, "libs/middle")
    try Self.git(top)("submodule", "update", "-q", "--init", "--recursive")
    try top.commit("top 1")

    try leaf.write("leaf.txt", "leaf 2\n")
    try leaf.write("more/new.txt", "new\n")
    let newLeaf = try leaf.commit("leaf 2")
    try Self.git(middle.at("leaf"))("fetch", "-q", "origin")
    try middle.at("leaf").git("checkout", "-q", newLeaf)
    let newMiddle = try middle.commit("middle 2")
    try Self.git(top.at("libs/middle"))("fetch", "-q", "origin")
    try top.at("libs/middle").git("checkout", "-q", newMiddle)
    try Self.git(top.at("libs/middle"))("submodule", "update", "-q")
    try top.commit("top 2")
    try top.git("rm", "-q", "-f", "libs/middle")
    try top.commit("top 3")
  }

  private static func git(_ repository: ScratchRepository) -> GitCommand {
    var git = repository.git
    git.environment = [
      "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "protocol.file.allow", "GIT_CONFIG_VALUE_0": "always",
    ]
    return git
  }

  private func move(to expression: String) async throws -> MaterialiseReport {
    let repository = try top.open()
    return try await repository.materialise(repository.resolve(expression), into: scratch.slot)
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOf: URL(fileURLWithPath: scratch.slot.tree.pushing(FilePath(name)).string), encoding: .utf8)
  }

  @Test func pathInsideASubmoduleCountsByTheSubmodule() async throws {
    let repository = try top.open()
    func treeID(_ path: String, at expression: String) async throws -> String {
      try await repository.treeID(in: repository.resolve(expression), paths: [path])
    }
    let first = try await treeID("libs/middle/leaf", at: "HEAD~2")
    #expect(first == "160000 \(try top.git("rev-parse", "HEAD~2:libs/middle")) libs/middle/leaf")
    #expect(try await treeID("libs/middle/leaf", at: "HEAD~1") != first)
    let gone = await #expect(throws: GitError.self) { try await treeID("libs/middle/leaf", at: "HEAD") }
    #expect(gone?.code == .pathUnknown)
  }

  @Test func nestedSubmodulesAreFilledAtTheRecordedCommits() async throws {
    #expect(try await move(to: "HEAD~2").written == 6)
    #expect(try text("libs/middle/leaf/leaf.txt") == "leaf 1\n")
    // The attributes of a submodule concern its own files and not those of the submodule inside.
    #expect(try text("libs/middle/middle.txt") == "middle 1\r\n")
    #expect(try text("top.txt") == "top 1\n")
    let middle = scratch.slot.tree.pushing("libs/middle/middle.txt")
    let time = modificationTime(middle)
    let second = try await move(to: "HEAD~1")
    #expect(second == MaterialiseReport(written: 2, removed: 0, unchanged: 5, wasDirty: false))
    #expect(try text("libs/middle/leaf/leaf.txt") == "leaf 2\n")
    #expect(try text("libs/middle/leaf/more/new.txt") == "new\n")
    #expect(modificationTime(middle) == time)
    let third = try await move(to: "HEAD")
    #expect(third.removed == 5)
    #expect(try Set(Snapshot(of: scratch.slot.tree).entries.keys) == [".gitmodules", "top.txt"])
    _ = try await move(to: "HEAD~2")
    try Data("hacked".utf8).write(to: URL(fileURLWithPath: middle.string))
    #expect(try await move(to: "HEAD~2").wasDirty)
    #expect(try text("libs/middle/middle.txt") == "middle 1\r\n")
    #expect(try text("libs/middle/leaf/leaf.txt") == "leaf 1\n")
  }

  @Test func aLinkedWorktreeUsesTheSameClones() async throws {
    try top.git("worktree", "add", "-q", "--detach", "../linked", "HEAD~1")
    let repository = try Repository(containing: scratch.path.appending("linked"))
    _ = try await repository.materialise(repository.resolve("HEAD"), into: scratch.slot)
    #expect(try text("libs/middle/leaf/leaf.txt") == "leaf 2\n")
  }

  @Test func aMissingCloneIsNamed() async throws {
    try FileManager.default.removeItem(atPath: top.path.pushing(".git/modules/mid dle/modules/leaf").string)
    let repository = try top.open()
    let old = try await repository.resolve("HEAD~2")
    let error = await #expect(throws: GitError.self) { try await repository.materialise(old, into: scratch.slot) }
    #expect(error?.code == .submoduleMissing)
    #expect(error?.message.contains("'leaf' at libs/middle/leaf") == true)
    #expect(error?.remedy == "git submodule update --init --recursive")
  }

  @Test func aCommitThatTheCloneDoesNotHaveIsNamed() async throws {
    try top.git("checkout", "-q", "-f", "HEAD~1")
    try top.git("update-index", "--cacheinfo", "160000,\(String(repeating: "1", count: 40)),libs/middle")
    try top.git("commit", "-q", "-m", "bad")
    let repository = try top.open()
    let head = try await repository.resolve("HEAD")
    let error = await #expect(throws: GitError.self) { try await repository.materialise(head, into: scratch.slot) }
    #expect(error?.code == .submoduleMissing)
    #expect(error?.message.contains("1111111") == true)
  }

  @Test func aGitlinkWithoutConfigurationIsAnEmptyDirectory() async throws {
    try top.git("update-index", "--add", "--cacheinfo", "160000,\(String(repeating: "2", count: 40)),stray")
    try top.git("commit", "-q", "-m", "stray")
    _ = try await move(to: "HEAD")
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.slot.tree.appending("stray").string).isEmpty)
    #expect(try await !move(to: "HEAD").wasDirty)
    _ = try await move(to: "HEAD~1")
    #expect(!FileManager.default.fileExists(atPath: scratch.slot.tree.appending("stray").string))
  }
}

extension ScratchRepository {
  fileprivate func at(_ name: String) -> ScratchRepository { ScratchRepository(path: file(name)) }
}
