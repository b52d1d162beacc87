import Foundation
import QuenchGit
import SystemPackage
import Testing

@Suite struct SlotRepairTests {
  let scratch: Scratch
  let made: ScratchRepository
  let repository: Repository

  init() throws {
    scratch = try Scratch()
    made = try scratch.repository()
    for number in 0..<30 { try made.write("dir\(number % 3)/file\(number)", "content of file number \(number)\n") }
    try made.write("tool", "#!/bin/sh\n", executable: true)
    try made.link("link", to: "tool")
    try made.commit("first")
    try made.write("dir0/file0", "second content\n")
    try made.write("added/file", "added\n")
    try made.git("rm", "-q", "dir1/file1")
    try made.commit("second")
    repository = try made.open()
  }

  private var tree: FilePath { scratch.slot.tree }

  private func move(to expression: String, clean: Bool = false) async throws -> MaterialiseReport {
    try await repository.materialise(repository.resolve(expression), into: scratch.slot, clean: clean)
  }

  private func expectHolds(_ expression: String, besides extra: Set<String> = []) throws {
    try made.git("checkout", "-q", "-f", "--detach", expression)
    var held = try Snapshot(of: tree)
    for path in extra { held.entries[path] = nil }
    #expect(try held == Snapshot(of: made.path))
  }

  @Test func whatABuildDidToTrackedFilesIsUndone() async throws {
    _ = try await move(to: "main")
    let manager = FileManager.default
    try Data("hacked\n".utf8).write(to: URL(fileURLWithPath: tree.pushing("dir0/file3").string))
    try manager.removeItem(atPath: tree.pushing("dir1/file4").string)
    chmod(tree.pushing("dir2/file5").string, 0o755)
    chmod(tree.pushing("tool").string, 0o644)
    try manager.removeItem(atPath: tree.pushing("link").string)
    try manager.createSymbolicLink(atPath: tree.pushing("link").string, withDestinationPath: "/etc")
    let report = try await move(to: "main")
    #expect(report.wasDirty)
    #expect(report.written == 5)
    try expectHolds("main")
    #expect(try await !move(to: "main").wasDirty)
  }

  @Test func foldersInsideEachOtherWithoutEndDoNotBreakASlot() async throws {
    _ = try await move(to: "main")
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "python3", "-c",
      "import os, sys; os.chdir(sys.argv[1])\nfor _ in range(1500): os.mkdir('deep'); os.chdir('deep')", tree.string,
    ]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    _ = try await move(to: "main", clean: true)
    try expectHolds("main")
  }

  @Test func aChangeThatKeepsSizeAndModificationTimeIsSeen() async throws {
    _ = try await move(to: "main")
    let path = tree.pushing("dir0/file6").string
    var status = stat()
    #expect(stat(path, &status) == 0)
    var text = try #require(FileManager.default.contents(atPath: path))
    text[0] ^= 1
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.write(contentsOf: text)
    try file.close()
    utimensat(AT_FDCWD, path, [status.st_atim, status.st_mtim], 0)
    let report = try await move(to: "main")
    #expect(report.written == 1)
    #expect(report.wasDirty)
    try expectHolds("main")
  }

  @Test func aFileThatWasOnlyTouchedKeepsItsTime() async throws {
    _ = try await move(to: "main")
    let path = tree.pushing("dir0/file9")
    utimensat(AT_FDCWD, path.string, [timespec(tv_sec: 5, tv_nsec: 0), timespec(tv_sec: 5, tv_nsec: 0)], 0)
    let report = try await move(to: "main")
    #expect(report.written == 0)
    #expect(!report.wasDirty)
    #expect(modificationTime(path) == 5_000_000_000)
  }

  @Test(arguments: ["main", "main~1"])
  func nothingIsWrittenThroughALinkInPlaceOfADirectory(target: String) async throws {
    _ = try await move(to: "main")
    let outside = scratch.path.appending("outside")
    let manager = FileManager.default
    // The very directory, moved away: inodes and times of its files are the recorded ones.
    try manager.moveItem(atPath: tree.appending("dir0").string, toPath: outside.string)
    try Data("canary".utf8).write(to: URL(fileURLWithPath: outside.appending("file0").string))
    try Data("canary".utf8).write(to: URL(fileURLWithPath: outside.appending("canary").string))
    let before = try Snapshot(of: outside)
    try manager.createSymbolicLink(atPath: tree.appending("dir0").string, withDestinationPath: outside.string)
    try manager.removeItem(atPath: tree.appending("dir1").string)
    try manager.createSymbolicLink(atPath: tree.appending("dir1").string, withDestinationPath: outside.string)
    #expect(try await move(to: target).wasDirty)
    #expect(try Snapshot(of: outside) == before)
    try expectHolds(target)
  }

  @Test func nothingIsWrittenThroughAHardLink() async throws {
    _ = try await move(to: "main~1")
    let outside = scratch.path.appending("outside").string
    #expect(link(tree.pushing("dir0/file0").string, outside) == 0)
    let before = FileManager.default.contents(atPath: outside)
    _ = try await move(to: "main")
    #expect(FileManager.default.contents(atPath: outside) == before)
    try expectHolds("main")
  }

  @Test func aSlotItselfReplacedByALinkIsNotFollowed() async throws {
    _ = try await move(to: "main")
    let outside = scratch.path.appending("outside")
    let manager = FileManager.default
    try manager.createDirectory(atPath: outside.string, withIntermediateDirectories: true)
    try manager.removeItem(atPath: tree.string)
    try manager.createSymbolicLink(atPath: tree.string, withDestinationPath: outside.string)
    _ = try await move(to: "main")
    #expect(try manager.contentsOfDirectory(atPath: outside.string).isEmpty)
    try expectHolds("main")
  }

  @Test(arguments: ["main", "main~1"])
  func aKilledMoveIsPutRight(target: String) async throws {
    _ = try await move(to: "main~1")
    let state = scratch.slot.path.appending("state.json")
    let before = try #require(FileManager.default.contents(atPath: state.string))
    try Data("product".utf8).write(to: URL(fileURLWithPath: tree.appending("product").string))
    _ = try await move(to: "main")
    // As a run leaves it that was killed on its way from the first to the second commit: marked, some files written,
    // one of them half, and the index of before.
    let (first, second) = try (made.git("rev-parse", "main~1"), made.git("rev-parse", "main"))
    let text = String(decoding: before, as: UTF8.self)
      .replacing("\"moving\":[]", with: "\"moving\":[\"\(first)\",\"\(second)\"]")
    #expect(text.contains(second))
    try Data(text.utf8).write(to: URL(fileURLWithPath: state.string))
    try Data("sec".utf8).write(to: URL(fileURLWithPath: tree.pushing("dir0/file0").string))
    let untouched = modificationTime(tree.pushing("dir2/file2"))
    let report = try await move(to: target)
    #expect(report.wasDirty)
    #expect(modificationTime(tree.pushing("dir2/file2")) == untouched)
    #expect(FileManager.default.fileExists(atPath: tree.appending("product").string))
    try expectHolds(target, besides: ["product"])
    #expect(try await !move(to: target).wasDirty)
  }

  @Test(arguments: ["state.json", "index"], [Data(), Data("{ torn".utf8), Data(repeating: 7, count: 5000)])
  func damagedRecordsAreNotTrusted(file: String, content: Data) async throws {
    _ = try await move(to: "main~1")
    try content.write(to: URL(fileURLWithPath: scratch.slot.path.appending(file).string))
    try Data("hacked\n".utf8).write(to: URL(fileURLWithPath: tree.pushing("dir0/file3").string))
    #expect(try await move(to: "main").wasDirty)
    try expectHolds("main")
  }

  @Test func aFailureInTheMiddleLeavesTheSlotMarked() async throws {
    _ = try await move(to: "main~1")
    // A file larger than the limit cannot be written, as on a full disk.
    try made.write("zz-large", Data(repeating: 65, count: 3 << 20))
    try made.commit("third")
    let paths = [made.path.string, scratch.slot.path.string]
    await #expect(processExitsWith: .success) { [paths = paths as [String]] in
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 1 << 20, rlim_max: 1 << 40)
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      let repository = try Repository(containing: FilePath(paths[0]))
      let head = try await repository.resolve("main")
      let error = await #expect(throws: GitError.self) {
        try await repository.materialise(head, into: Slot(FilePath(paths[1])))
      }
      let found = try #require(error)
      try #require(found.code == .slotUnwritable)
      try #require(found.message.contains("zz-large") && found.message.contains("File too large"))
    }
    let state = FileManager.default.contents(atPath: scratch.slot.path.appending("state.json").string) ?? Data()
    #expect(try String(decoding: state, as: UTF8.self).contains(made.git("rev-parse", "main")))
    #expect(try await move(to: "main").wasDirty)
    try expectHolds("main")
  }

  @Test func aSlotOfARevisionThatIsGoneIsPutRight() async throws {
    try made.git("checkout", "-q", "--detach")
    try made.write("gone", "gone")
    try made.write("dir0/file0", "other")
    try made.commit("gone")
    _ = try await move(to: "HEAD")
    try made.git("checkout", "-q", "main")
    try made.git("reflog", "expire", "--expire=now", "--all")
    try made.git("gc", "-q", "--prune=now")
    let again = try made.open()
    let report = try await again.materialise(again.resolve("main"), into: scratch.slot)
    #expect(!report.wasDirty)
    #expect(report.removed == 1)
    try expectHolds("main")
  }
}
