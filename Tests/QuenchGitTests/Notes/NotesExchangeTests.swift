import Foundation
import QuenchDiagnostics
import QuenchGit
import SystemPackage
import Testing

@Suite("Exchange of notes")
struct NotesExchangeTests {
  private let scratch: Scratch
  private let origin: ScratchRepository
  private let commit: ObjectID

  init() throws {
    scratch = try Scratch()
    let source = try scratch.repository("source")
    try source.write("file", "one")
    commit = try #require(ObjectID(try source.commit("one")))
    origin = ScratchRepository(path: scratch.path.appending("origin.git"))
    try source.git("clone", "-q", "--bare", ".", origin.path.string)
  }

  private func clone(_ name: String, of url: String? = nil, _ options: String...) throws -> ScratchRepository {
    let clone = ScratchRepository(path: scratch.path.appending(name))
    var git = GitCommand(directory: scratch.path)
    git.environment = ["GIT_ALLOW_PROTOCOL": "file:git"]
    try git.run(
      ["clone", "-q"] + options + [url ?? origin.path.string, clone.path.string])
    return clone
  }

  private func add(_ line: String, to clone: ScratchRepository) async throws {
    try await clone.open().addToNotes([commit: [Data(line.utf8)]], message: line)
  }

  private func lines(of repository: ScratchRepository) throws -> [String] {
    try repository.git("notes", "--ref=quench", "show", "\(commit)").split(separator: "\n").map(String.init)
  }

  /// What `workers` clones that push at the same time, several times each, leave at the remote.
  private func race(_ workers: Int, rounds: Int, of url: String) async throws -> [String] {
    let clones = try (0..<workers).map { try clone("worker-\($0)", of: url) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (worker, clone) in clones.enumerated() {
        group.addTask {
          for round in 0..<rounds {
            try await add("\(worker) \(round)", to: clone)
            let exchange = try await clone.open().pushNotes(to: "origin")
            #expect(exchange.sent)
          }
        }
      }
      try await group.waitForAll()
    }
    return try lines(of: origin)
  }

  @Test("Evidence of two clones comes together, whoever is first")
  func twoClones() async throws {
    let ada = try clone("ada"), bob = try clone("bob")
    try await add("ada's", to: ada)
    try await add("bob's", to: bob)
    #expect(try await ada.open().fetchNotes(from: "origin").received == false, "there is nothing yet")
    #expect(try await ada.open().pushNotes(to: "origin").sent)
    let second = try await bob.open().pushNotes(to: "origin")
    #expect(second.sent && second.received)
    #expect(try lines(of: origin) == ["ada's", "bob's"])
    #expect(try lines(of: bob) == ["ada's", "bob's"])
    #expect(try await ada.open().fetchNotes(from: "origin").received)
    #expect(try lines(of: ada) == ["ada's", "bob's"])
    let again = try await ada.open().pushNotes(to: "origin")
    #expect(!again.sent && !again.received && again.attempts == 1)
    #expect(try ada.git("rev-parse", "refs/notes/quench") == origin.git("rev-parse", "refs/notes/quench"))
    try origin.git("fsck", "--strict")
  }

  @Test("Eight that push at once to a bare repository lose nothing")
  func eightToAFolder() async throws {
    #expect(try await race(8, rounds: 2, of: "file://\(origin.path)").count == 16)
    try origin.git("fsck", "--strict")
  }

  @Test("Eight that push at once to a git daemon lose nothing", .enabled(if: GitDaemon.isInstalled))
  func eightToADaemon() async throws {
    let daemon = try await GitDaemon(serving: scratch.path)
    defer { daemon.stop() }
    #expect(try await race(8, rounds: 2, of: "git://127.0.0.1:\(daemon.port)/origin.git").count == 16)
    try origin.git("fsck", "--strict")
  }

  @Test("A reference map of the user's does not put the remote's notes in place of ours")
  func referenceMap() async throws {
    let ada = try clone("ada"), bob = try clone("bob")
    try ada.git("config", "--add", "remote.origin.fetch", "+refs/notes/*:refs/notes/*")
    try await add("bob's", to: bob)
    _ = try await bob.open().pushNotes(to: "origin")
    try await add("ada's", to: ada)
    _ = try await ada.open().fetchNotes(from: "origin")
    #expect(try lines(of: ada) == ["ada's", "bob's"])
  }

  @Test("A shallow and a partial clone take part", arguments: ["--depth=1", "--filter=blob:none"])
  func smallClones(option: String) async throws {
    try origin.git("config", "uploadpack.allowFilter", "true")
    let bob = try clone("bob")
    try await add("bob's", to: bob)
    _ = try await bob.open().pushNotes(to: "origin")
    let small = try clone("small", of: "file://\(origin.path)", option)
    try await add("small's", to: small)
    let exchange = try await small.open().pushNotes(to: "origin")
    #expect(exchange.sent && exchange.received)
    #expect(try lines(of: origin) == ["bob's", "small's"])
  }

  @Test("No hook of the clone runs")
  func hooks() async throws {
    let ada = try clone("ada")
    for hook in ["pre-push", "reference-transaction", "post-update"] {
      try ada.write(".git/hooks/\(hook)", "#!/bin/sh\ntouch '\(scratch.path)/ran-\(hook)'\nexit 1\n", executable: true)
    }
    try await add("ada's", to: ada)
    #expect(try await ada.open().pushNotes(to: "origin").sent)
    let left = try FileManager.default.contentsOfDirectory(atPath: scratch.path.string).filter { $0.hasPrefix("ran-") }
    #expect(left.isEmpty)
  }

  @Test("A remote that takes nothing is an error with its own words, and nothing is lost here")
  func refused() async throws {
    try origin.write("hooks/pre-receive", "#!/bin/sh\necho 'notes are closed today' >&2\nexit 1\n", executable: true)
    let ada = try clone("ada")
    try await add("ada's", to: ada)
    let error = await #expect(throws: GitError.self) { _ = try await ada.open().pushNotes(to: "origin") }
    #expect(error?.code == .pushRefused)
    #expect(error?.message.contains("notes are closed today") == true, "\(error?.message ?? "")")
    #expect(try lines(of: ada) == ["ada's"])
  }

  @Test("A remote that is not there is an error, without the password of its URL")
  func unreachable() async throws {
    let ada = try clone("ada")
    try await add("ada's", to: ada)
    for url in [
      "http://ada:hunter2@127.0.0.1:1/x.git", scratch.path.appending("nowhere.git").string, "--upload-pack=x",
    ] {
      let error = await #expect(throws: GitError.self) { _ = try await ada.open().pushNotes(to: url) }
      #expect(error?.code == .remoteUnreachable)
      #expect("\(String(describing: error))".contains("hunter2") == false)
    }
  }

  @Test("Without a name it is origin, or the only remote")
  func defaultRemote() async throws {
    let ada = try clone("ada")
    #expect(try await ada.open().defaultRemote() == "origin")
    try ada.git("remote", "rename", "origin", "upstream")
    #expect(try await ada.open().defaultRemote() == "upstream")
    try ada.git("remote", "add", "fork", "/nowhere")
    let several = await #expect(throws: GitError.self) { try await ada.open().defaultRemote() }
    #expect(several?.code == .remoteUnknown && several?.exitStatus == .usage)
    #expect(several?.message.contains("fork, upstream") == true)
  }
}
