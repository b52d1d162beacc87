import Foundation
import QuenchGit
import SystemPackage
import Testing

@testable import QuenchGit

@Suite struct HostileRepositoryTests {
  let scratch: Scratch
  let made: ScratchRepository

  init() throws {
    scratch = try Scratch()
    made = try scratch.repository()
    try made.write("file.txt", "harmless\n")
    try made.commit("first")
  }

  @Test func noCommandOfTheRepositoryIsRun() async throws {
    let canary = scratch.path.appending("canary").string
    let command = "touch \(canary); cat"
    let blob = try made.git("hash-object", "-w", "--stdin", "--no-filters", input: "* filter=evil\n")
    try made.git("update-index", "--add", "--cacheinfo", "100644,\(blob),.gitattributes")
    let tree = try made.git("write-tree")
    let commit = try made.git("commit-tree", "-m", "evil", tree)
    for filter in ["clean", "smudge"] { try made.git("config", "filter.evil.\(filter)", command) }
    try made.git("config", "filter.evil.required", "true")
    try made.git("config", "core.fsmonitor", command)
    try made.git("config", "core.hooksPath", made.file(".git/hooks").string)
    for hook in ["post-checkout", "post-index-change", "fsmonitor-watchman"] {
      try made.write(".git/hooks/\(hook)", "#!/bin/sh\n\(command)\n", executable: true)
    }
    try? FileManager.default.removeItem(atPath: canary)
    let repository = try made.open()
    _ = try await repository.materialise(repository.resolve(commit), into: scratch.slot)
    _ = try await repository.isDirty
    #expect(!FileManager.default.fileExists(atPath: canary))
    #expect(
      try Snapshot(of: scratch.slot.tree).entries["file.txt"] == .file(Data("harmless\n".utf8), executable: false))
    // The canary works: git itself would have run it.
    _ = try? made.git("checkout", "-q", "-f", commit)
    #expect(FileManager.default.fileExists(atPath: canary))
  }

  @Test(arguments: [
    "..", ".", ".git", ".GIT", ".Git", "git~1", "GIT~1", ".git ", ".git.", ".git . .", ".git::$INDEX_ALLOCATION",
    ".git\\hooks", ".g\u{200c}it", ".\u{feff}git", "a/b", "../escape", "/absolute", "",
  ])
  func namesThatLeaveTheSlotAreRefused(name: String) async throws {
    for mode in ["100644", "40000", "120000"] {
      let revision = try await evil([(mode, name)])
      let slot = scratch.slot
      let repository = try made.open()
      let error = await #expect(throws: GitError.self) { try await repository.materialise(revision, into: slot) }
      // libgit2 refuses to parse some of them itself.
      #expect(error?.code == .treeUnsafe || error?.code == .libraryFailed, "\(name) \(mode)")
      #expect(try Snapshot(of: scratch.slot.path).entries.keys.allSatisfy { !$0.hasPrefix("tree/") })
    }
    #expect(!FileManager.default.fileExists(atPath: scratch.path.appending("escape").string))
  }

  @Test func oneNameForALinkAndADirectoryIsRefused() async throws {
    let revision = try await evil([("120000", "dir"), ("40000", "dir")])
    let repository = try made.open()
    let error = await #expect(throws: GitError.self) { try await repository.materialise(revision, into: scratch.slot) }
    #expect(error?.code == .treeUnsafe)
    #expect(error?.message.contains("the same name twice") == true)
  }

  @Test(arguments: [
    ".gitignore", ".github", "git", "git~10", "g", ".gitattributes.x", "ünïcode", "...", "a\\b", ".git-x",
  ])
  func namesThatOnlyLookLikeItAreWritten(name: String) async throws {
    let revision = try await evil([("100644", name)])
    let repository = try made.open()
    _ = try await repository.materialise(revision, into: scratch.slot)
    #expect(try Array(Snapshot(of: scratch.slot.tree).entries.keys) == [name])
  }

  @Test func aLinkAndThenADirectoryOfTheSameNameDoNotReachOutside() async throws {
    let outside = scratch.path.appending("outside")
    try FileManager.default.createDirectory(atPath: outside.string, withIntermediateDirectories: true)
    try made.link("dir", to: outside.string)
    try made.commit("link")
    try made.remove("dir")
    try made.write("dir/planted", "x")
    try made.commit("directory")
    let repository = try made.open()
    for expression in ["HEAD~1", "HEAD", "HEAD~1", "HEAD"] {
      _ = try await repository.materialise(repository.resolve(expression), into: scratch.slot)
      #expect(try FileManager.default.contentsOfDirectory(atPath: outside.string).isEmpty)
    }
  }

  @Test func aSubmoduleNameThatLeavesItsFolderIsNotFollowed() {
    let text = """
      [submodule "../../evil"]
        path = a
      [submodule "good"] ; comment
      \tPath = "b c" # comment
      [submodule "esc\\"aped"]
        path=d\\\\e
        url = x
      [core]
        path = f
      """
    let names = SubmoduleNames(parsing: text)
    #expect(names.name(of: "a") == nil)
    #expect(names.name(of: "b c") == "good")
    #expect(names.name(of: "d\\e") == "esc\"aped")
    #expect(names.name(of: "f") == nil)
  }

  /// A commit of a tree that git itself would not make; entries all have the same content.
  private func evil(_ entries: [(mode: String, name: String)]) async throws -> Revision {
    let blob = try made.git("hash-object", "-w", "--stdin", input: "/etc/passwd")
    let inner = try made.git("mktree", input: "100644 blob \(blob)\tplanted\n")
    var tree = Data()
    for (mode, name) in entries {
      tree += Data("\(mode) \(name)".utf8) + [0]
      let id = mode == "40000" ? inner : blob
      for index in stride(from: 0, to: 40, by: 2) {
        tree.append(UInt8(id.dropFirst(index).prefix(2), radix: 16) ?? 0)
      }
    }
    let id = try made.git.run(["hash-object", "-w", "-t", "tree", "--literally", "--stdin"], input: tree)
    let text =
      "tree \(id)\nauthor A <a@example.org> 1700000000 +0000\ncommitter A <a@example.org> 1700000000 +0000\n\nevil\n"
    let commit = try made.git("hash-object", "-w", "-t", "commit", "--literally", "--stdin", input: text)
    return try await made.open().resolve(commit)
  }
}
