import Foundation
import Generators
import QuenchGit
import SystemPackage
import Testing

@Suite struct MaterialiseTests {
  let scratch: Scratch
  let made: ScratchRepository

  init() throws {
    scratch = try Scratch()
    made = try scratch.repository()
  }

  @Test func touchesOnlyWhatDiffers() async throws {
    for number in 0..<40 { try made.write("dir\(number % 4)/file\(number)", "\(number)") }
    try made.commit("first")
    try made.write("dir1/file1", "changed")
    try made.write("new/file", "new")
    try made.remove("dir2/file2")
    try made.commit("second")
    let repository = try made.open()
    let (first, second) = try await (repository.resolve("HEAD~1"), repository.resolve("HEAD"))

    let fresh = try await repository.materialise(first, into: scratch.slot)
    #expect(fresh == MaterialiseReport(written: 40, removed: 0, unchanged: 0, wasDirty: false))
    let before = modificationTimes()
    try build("dir1/.build/object", "product")
    let moved = try await repository.materialise(second, into: scratch.slot)
    #expect(moved == MaterialiseReport(written: 2, removed: 1, unchanged: 38, wasDirty: false))
    let after = modificationTimes()
    for (path, time) in before where path.contains("file") && path != "dir1/file1" && path != "dir2/file2" {
      #expect(after[path] == time, "\(path)")
    }
    #expect(after["dir1/file1"] != before["dir1/file1"])
    #expect(try Data(contentsOf: url("dir1/.build/object")) == Data("product".utf8))

    let again = try await repository.materialise(second, into: scratch.slot)
    #expect(again == MaterialiseReport(written: 0, removed: 0, unchanged: 40, wasDirty: false))
    let cleaned = try await repository.materialise(second, into: scratch.slot, clean: true)
    #expect(cleaned == MaterialiseReport(written: 0, removed: 1, unchanged: 40, wasDirty: false))
    try await expectSlot(toHold: "HEAD")
  }

  @Test(arguments: [UInt64(11), 12, 13])
  func randomHistoriesAreAsGitChecksThemOut(seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    var trees = RandomTree()
    var commits: [String] = []
    for number in 0..<14 {
      trees.mutate(&generator)
      try trees.write(to: made)
      commits.append(try made.commit("\(number)"))
    }
    let repository = try made.open()
    var expected: [String: Snapshot] = [:]
    for commit in commits {
      try made.git("checkout", "-q", "-f", commit)
      try made.git("clean", "-q", "-f", "-d", "-x")
      expected[commit] = try Snapshot(of: made.path)
    }
    for step in 0..<25 {
      let commit = commits.randomElement(using: &generator) ?? ""
      let report = try await repository.materialise(repository.resolve(commit), into: scratch.slot)
      #expect(try Snapshot(of: scratch.slot.tree) == expected[commit], "seed \(seed), step \(step)")
      #expect(!report.wasDirty, "seed \(seed), step \(step)")
      if step % 3 == 0 {
        try trees.tamper(with: scratch.slot.tree, &generator)
        let report = try await repository.materialise(repository.resolve(commit), into: scratch.slot, clean: true)
        #expect(try Snapshot(of: scratch.slot.tree) == expected[commit], "seed \(seed), repair after step \(step)")
        #expect(report.unchanged + report.written == expected[commit]?.entries.count)
      }
    }
  }

  @Test func aWorktreeAddIsEqualByteForByteAndModeForMode() async throws {
    try made.write("run.sh", "#!/bin/sh\n", executable: true)
    try made.write("deep/er/file.txt", "text\n")
    try made.write("empty", "")
    try made.write("binary", Data((0...255).map { UInt8($0) }))
    try made.write("name with ünïcode \"quotes\"", "x")
    try made.link("dangling", to: "nowhere/at/all")
    try made.link("outside", to: "/etc/passwd")
    try made.commit("first")
    let repository = try made.open()
    _ = try await repository.materialise(repository.resolve("HEAD"), into: scratch.slot)
    try await expectSlot(toHold: "HEAD")
  }

  @Test func permissionsDoNotDependOnTheUmask() async throws {
    try made.write("file", "x")
    try made.write("tool", "x", executable: true)
    try made.commit("first")
    let repository = try made.open()
    _ = try await repository.materialise(repository.resolve("HEAD"), into: scratch.slot)
    let modes = try ["file", "tool"].map {
      try FileManager.default.attributesOfItem(atPath: url($0).path)[.posixPermissions] as? Int
    }
    #expect(modes == [0o644, 0o755])
  }

  @Test func manySlotsMoveAtOnce() async throws {
    for number in 0..<200 { try made.write("d\(number % 7)/f\(number)", "\(number)") }
    try made.commit("first")
    for number in 0..<200 where number % 3 == 0 { try made.write("d\(number % 7)/f\(number)", "second \(number)") }
    try made.commit("second")
    let repository = try made.open()
    let (first, second) = try await (repository.resolve("HEAD~1"), repository.resolve("HEAD"))
    try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<6 {
        let slot = Slot(scratch.path.appending("slot\(number)"))
        group.addTask {
          _ = try await repository.materialise(first, into: slot)
          return try await repository.materialise(second, into: slot).written
        }
      }
      for try await written in group { #expect(written == 67) }
    }
  }

  @Test func aCancelledMoveIsRepairedByTheNext() async throws {
    for number in 0..<3000 { try made.write("d\(number % 70)/f\(number)", "\(number)") }
    try made.commit("first")
    let repository = try made.open()
    let head = try await repository.resolve("HEAD")
    let slot = scratch.slot
    let move = Task { try await repository.materialise(head, into: slot) }
    move.cancel()
    await #expect(throws: CancellationError.self) { try await move.value }
    _ = try await repository.materialise(head, into: slot)
    try await expectSlot(toHold: "HEAD")
  }

  private func expectSlot(toHold commit: String) async throws {
    let worktree = scratch.path.appending("worktree")
    try made.git("worktree", "add", "-q", "--detach", worktree.string, commit)
    #expect(try Snapshot(of: scratch.slot.tree) == Snapshot(of: worktree))
    try made.git("worktree", "remove", "--force", worktree.string)
  }

  private func url(_ name: String) -> URL {
    URL(fileURLWithPath: scratch.slot.tree.pushing(FilePath(name)).string)
  }

  private func build(_ name: String, _ text: String) throws {
    try FileManager.default.createDirectory(
      at: url(name).deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url(name))
  }

  private func modificationTimes() -> [String: Int] {
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: scratch.slot.tree.string)) ?? []
    return Dictionary(
      uniqueKeysWithValues: names.map { ($0, modificationTime(scratch.slot.tree.pushing(FilePath($0)))) })
  }
}
