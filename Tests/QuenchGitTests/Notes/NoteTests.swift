import Foundation
import QuenchGit
import SystemPackage
import Testing

@Suite("Notes")
struct NoteTests {
  private let scratch: Scratch
  private let repository: ScratchRepository

  init() throws {
    scratch = try Scratch()
    repository = try scratch.repository()
  }

  private func commit(_ name: String) throws -> ObjectID {
    try repository.write("file", name)
    return try #require(ObjectID(try repository.commit(name)))
  }

  private func shown(_ object: ObjectID) throws -> [String] {
    try repository.git("notes", "--ref=quench", "show", "\(object)").split(separator: "\n").map(String.init)
  }

  @Test("What is added is what git shows, sorted and each line once")
  func added() async throws {
    let one = try commit("one"), two = try commit("two")
    let notes = try repository.open()
    #expect(try await notes.note(on: one) == nil)
    #expect(try await notes.addToNotes([one: [Data("b".utf8), Data("a".utf8)]], message: "First"))
    #expect(
      try await notes.addToNotes([one: [Data("c".utf8), Data("a".utf8)], two: [Data("z".utf8)]], message: "More"))
    #expect(try shown(one) == ["a", "b", "c"])
    #expect(try shown(two) == ["z"])
    #expect(try await notes.note(on: one)?.lines.map { String(decoding: $0, as: UTF8.self) } == ["a", "b", "c"])
    let tip = try repository.git("rev-parse", "refs/notes/quench")
    #expect(try await !notes.addToNotes([one: [Data("b".utf8)]], message: "Again"))
    #expect(try repository.git("rev-parse", "refs/notes/quench") == tip, "nothing new, no commit")
    #expect(try repository.git("log", "--format=%s", "refs/notes/quench") == "More\nFirst")
    try repository.git("fsck", "--strict")
  }

  @Test("Notes that git wrote are kept, and git goes on from ours")
  func besidesGit() async throws {
    let one = try commit("one")
    try repository.git("notes", "--ref=quench", "add", "-m", "by hand", "\(one)")
    let notes = try repository.open()
    try await notes.addToNotes([one: [Data("ours".utf8)]], message: "Ours")
    try repository.git("notes", "--ref=quench", "append", "-m", "more by hand", "\(one)")
    #expect(
      try await notes.note(on: one)?.lines.map { String(decoding: $0, as: UTF8.self) }.sorted() == [
        "by hand", "more by hand", "ours",
      ])
  }

  @Test("Trees of any fan-out are read, and ours is read by git, whatever their depth", arguments: [0, 1, 2, 3])
  func fanOut(depth: Int) async throws {
    let one = try commit("one")
    let blob = try repository.git("hash-object", "-w", "--stdin", input: "old\n")
    // Others fill the tree, so that writing it chooses a depth of its own.
    let names = try (0..<300).map { try repository.git("hash-object", "--stdin", input: "\($0)") } + ["\(one)"]
    var index = "100644 \(blob)\tREADME\n"
    for name in names {
      var path = Substring(name), folders = ""
      for _ in 0..<depth {
        folders += path.prefix(2) + "/"
        path = path.dropFirst(2)
      }
      index += "100644 \(blob)\t\(folders)\(path)\n"
    }
    var git = repository.git
    git.environment["GIT_INDEX_FILE"] = scratch.path.appending("index").string
    try git("update-index", "--index-info", input: index)
    let tip = try git("commit-tree", "-m", "Old", try git("write-tree"))
    try git("update-ref", "refs/notes/quench", tip)
    let notes = try repository.open()
    #expect(try await notes.note(on: one)?.lines == [Data("old".utf8)])
    try await notes.addToNotes([one: [Data("new".utf8)]], message: "New")
    #expect(try shown(one) == ["new", "old"])
    #expect(try repository.git("notes", "--ref=quench", "list").split(separator: "\n").count == 301)
    #expect(try repository.git("ls-tree", "refs/notes/quench", "README").contains(blob), "what is no note stays")
    try repository.git("fsck", "--strict")
  }

  @Test("Nobody who adds at the same time is lost, git among them")
  func concurrent() async throws {
    let one = try commit("one"), two = try commit("two")
    let repository = repository
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<6 {
        group.addTask {
          let own = try repository.open()
          for number in 0..<12 {
            let line = Data("\(writer) \(number)".utf8)
            try await own.addToNotes([number.isMultiple(of: 2) ? one : two: [line]], message: "\(writer)")
          }
        }
      }
      try await group.waitForAll()
    }
    let all = try shown(one) + shown(two)
    #expect(Set(all).count == 72 && all.count == 72)
    #expect(try repository.git("rev-list", "--count", "refs/notes/quench") == "72")
  }

  @Test("A lock that goes away is waited for")
  func heldLock() async throws {
    let one = try commit("one")
    let notes = try repository.open()
    try await notes.addToNotes([one: [Data("a".utf8)]], message: "First")
    let lock = repository.path.pushing(".git/refs/notes/quench.lock")
    try Data().write(to: URL(filePath: lock.string))
    let adding = Task { try await notes.addToNotes([one: [Data("b".utf8)]], message: "Second") }
    // Freed while it waits, it goes on.
    try FileManager.default.removeItem(atPath: lock.string)
    #expect(try await adding.value)
  }

  @Test("Without a configured user, Quench is the committer")
  func committer() async throws {
    let one = try commit("one")
    try await repository.open().addToNotes([one: [Data("a".utf8)]], message: "First")
    let committer = try repository.git("log", "-1", "--format=%cn|%ce", "refs/notes/quench")
    if ProcessInfo.processInfo.environment["GIT_COMMITTER_NAME"] == nil { #expect(!committer.hasPrefix("|")) }
    try repository.git("config", "user.name", "Zoë <x>")
    try repository.git("config", "user.email", "zoe@example.org")
    try await repository.open().addToNotes([one: [Data("b".utf8)]], message: "Second")
    if ProcessInfo.processInfo.environment["GIT_COMMITTER_NAME"] == nil {
      #expect(try repository.git("log", "-1", "--format=%cn|%ce", "refs/notes/quench") == "Zoë x|zoe@example.org")
    }
  }

  @Test("The notes about a tree are those on commits with it, and on commits that are not here")
  func aboutTree() async throws {
    let one = try commit("one"), other = try commit("two")
    try repository.write("file", "one")
    let again = try #require(ObjectID(try repository.commit("one again")))
    let gone = try #require(ObjectID(String(repeating: "ab", count: 20)))
    let notes = try repository.open()
    try await notes.addToNotes(
      [one: [Data("1".utf8)], other: [Data("2".utf8)], again: [Data("3".utf8)], gone: [Data("4".utf8)]], message: "All")
    let tree = try await notes.resolve("\(one)").tree
    #expect(Set(try await notes.notes(aboutTree: tree).map(\.object)) == [one, again, gone])
  }

  @Test("The notes of a linked worktree are those of its repository")
  func worktree() async throws {
    let one = try commit("one")
    let linked = scratch.path.appending("linked")
    try repository.git("worktree", "add", "-q", "--detach", linked.string)
    try await Repository(containing: linked).addToNotes([one: [Data("a".utf8)]], message: "First")
    #expect(try shown(one) == ["a"])
  }
}
