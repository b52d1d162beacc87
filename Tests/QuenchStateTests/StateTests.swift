import Foundation
import QuenchDiagnostics
import QuenchState
import SystemPackage
import Testing

/// A state folder of its own, removed when the test lets go of it.
final class Scratch: Sendable {
  let state: StateDirectory

  init() throws {
    state = StateDirectory(
      root: FilePath(FileManager.default.temporaryDirectory.path).appending("quench-state-\(UUID().uuidString)"))
    try state.prepare()
  }

  deinit { try? FileManager.default.removeItem(atPath: state.root.string) }
}

@Suite struct StateDirectoryTests {
  @Test func gitIgnoresTheWholeFolder() throws {
    let scratch = try Scratch()
    #expect(try String(contentsOfFile: scratch.state.root.appending(".gitignore").string, encoding: .utf8) == "*\n")
  }

  @Test func quenchHomeNamesAnotherFolder() {
    let folder = FilePath("/srv/orders")
    #expect(StateDirectory(beside: folder, environment: [:]).root == "/srv/orders/.quench")
    #expect(StateDirectory(beside: folder, environment: ["QUENCH_HOME": "/var/quench"]).root == "/var/quench")
    #expect(StateDirectory(beside: folder, environment: ["QUENCH_HOME": ""]).root == "/srv/orders/.quench")
  }

  @Test func fileErrorsAreToldByTheSystemsReason() {
    let reasons: [(any Error, String)] = [
      (POSIXError(.ENOSPC), "No space left on device"), (CocoaError(.fileWriteOutOfSpace), "No space left on device"),
      (CocoaError(.fileReadNoSuchFile), "No such file or directory"),
      (CocoaError(.fileWriteUnknown, userInfo: [NSUnderlyingErrorKey: POSIXError(.EROFS)]), "Read-only file system"),
      (Errno.permissionDenied, "Permission denied"), (CancellationError(), "CancellationError()"),
    ]
    for (error, reason) in reasons { #expect(DiagnosticText.message(of: error) == reason) }
    #expect(SystemFailure(POSIXError(.EDQUOT))?.isDiskFull == true)
    #expect(SystemFailure(CancellationError()) == nil)
  }

  @Test func aFolderThatCannotBeMadeIsNamed() throws {
    let scratch = try Scratch()
    let file = scratch.state.root.appending("file")
    try Data().write(to: URL(filePath: file.string))
    let error = #expect(throws: StateError.self) { try StateDirectory(root: file.appending("below")).prepare() }
    #expect(error?.code == .unwritable)
    #expect(error?.message.contains(file.string) == true && error?.remedy?.contains("QUENCH_HOME") == true)
    #expect(error?.description.contains("Not a directory") == true, "the system's reason: \(String(describing: error))")
    #expect(error?.description.contains("NSCocoa") == false)
  }
}

@Suite struct FileLockTests {
  @Test func oneHolderAtATimeWhoSaysWhy() throws {
    let lock = try Scratch().state.lock("hot")
    try FileManager.default.createDirectory(
      atPath: lock.path.removingLastComponent().string, withIntermediateDirectories: true)
    defer {
      try? FileManager.default.removeItem(atPath: lock.path.removingLastComponent().removingLastComponent().string)
    }
    var held = try lock.tryAcquire(reason: "deploying")
    #expect(held != nil)
    #expect(try lock.tryAcquire(reason: "rolling back") == nil)
    #expect(lock.holder == "deploying (process \(getpid()))")
    held = nil
    _ = held
    #expect(try lock.tryAcquire(reason: "rolling back") != nil)
  }

  @Test func aWaiterIsToldForWhatAndGetsTheLockNext() async throws {
    let scratch = try Scratch()
    let lock = scratch.state.lock("hot")
    var held = try lock.tryAcquire(reason: "deploying")
    let (words, continuation) = AsyncStream<String>.makeStream()
    let waiter = Task { try await lock.acquire(reason: "rolling back") { continuation.yield($0) } }
    let told = await words.first { _ in true }
    #expect(told?.hasPrefix("deploying") == true)
    held = nil
    _ = held
    let mine = try await waiter.value
    #expect(lock.holder?.hasPrefix("rolling back") == true)
    withExtendedLifetime(mine) {}
  }

  @Test func sharersKeepOutOnlyWhoWantsItAlone() throws {
    let scratch = try Scratch()
    let lock = scratch.state.lock("store")
    let one = try lock.tryAcquire(.shared, reason: "reading"), two = try lock.tryAcquire(.shared, reason: "reading")
    #expect(one != nil && two != nil)
    #expect(try lock.tryAcquire(reason: "cleaning") == nil)
    withExtendedLifetime((one, two)) {}
  }
}

@Suite struct LockDoubtTests {
  @Test func onlyAMissingFileIsSurelyFree() throws {
    let scratch = try Scratch()
    let lock = scratch.state.lock("owner")
    #expect(!lock.isHeld)
    try FileManager.default.createSymbolicLink(atPath: lock.path.string, withDestinationPath: "elsewhere")
    #expect(lock.isHeld, "what cannot be asked may be held")
    let below = FileLock(path: scratch.state.root.appending(".gitignore").appending("lock"))
    #expect(below.isHeld)
    #expect(throws: StateError.self) { try below.tryAcquire(reason: "test") }
  }

  @Test func locksOfWhatFailedAreRemovedAndThoseInUseTold() throws {
    let scratch = try Scratch()
    let held = try scratch.state.lock("hot").tryAcquire(reason: "test")
    #expect(held != nil && scratch.state.lock("hot").isHeld)
    var free: FileLock.Held? = try scratch.state.lock(ofBuild: "abc").tryAcquire(reason: "test")
    let log = scratch.state.lock(ofLog: scratch.state.logs.appending("suites-1"))
    _ = try log.tryAcquire(reason: "test")
    #expect(scratch.state.removeFreeLocks() == ["abc"])
    #expect(!FileManager.default.fileExists(atPath: log.path.string), "nobody holds it")
    withExtendedLifetime(free) {}
    free = nil
    #expect(scratch.state.removeFreeLocks().isEmpty)
    #expect(FileManager.default.fileExists(atPath: scratch.state.lock("hot").path.string), "it is no build's lock")
    withExtendedLifetime(held) {}
  }
}

@Suite struct TreeRemovalTests {
  private func shell(_ command: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", command]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test func everythingThatACommandCanLeaveIsRemoved() throws {
    let scratch = try Scratch()
    let folder = scratch.state.root.appending("left")
    try shell(
      """
      mkdir \(folder) && cd \(folder) && touch "$(printf 'caf\\351')" && mkdir "$(printf 'd\\351')" && touch "$(printf 'd\\351')"/x
      mkfifo pipe && ln -s / root && mkdir closed && touch closed/x && chmod 0 closed
      python3 -c "
      import os
      for number in range(2000): os.mkdir('a-folder'); os.chdir('a-folder')"
      """)
    #expect(TreeRemoval.remove(folder))
    #expect(!FileManager.default.fileExists(atPath: folder.string))
    #expect(FileManager.default.fileExists(atPath: "/usr"), "no link is followed")
    #expect(!TreeRemoval.remove(folder), "it is not there any more")
  }
}

@Suite struct SlotPoolTests {
  @Test func aSlotStaysWithItsOwner() throws {
    let scratch = try Scratch()
    let pool = SlotPool(scratch.state, name: "build")
    var first: SlotPool.Taken? = try pool.take(for: "orders", reason: "test")
    let path = try #require(first?.path)
    var second: SlotPool.Taken? = try pool.take(for: "orders", reason: "test")
    let other = try #require(second?.path)
    #expect(path != other)
    first = nil
    second = nil
    _ = (first, second)
    #expect(![path, other].contains(try pool.take(for: "users", reason: "test").path))
    #expect(try pool.take(for: "orders", reason: "test").path == other, "the one used last")
  }

  @Test func onlyWhatNobodyUsesIsRemoved() throws {
    let scratch = try Scratch()
    let pool = SlotPool(scratch.state, name: "build")
    let used = try pool.take(for: "orders", reason: "test")
    let idle = try pool.take(for: "users", reason: "test").path
    let later = Date(timeIntervalSinceNow: 7200)
    #expect(try pool.remove(unusedFor: .seconds(3600), now: later) == 1)
    #expect(FileManager.default.fileExists(atPath: used.path.string))
    #expect(!FileManager.default.fileExists(atPath: idle.string))
    #expect(try pool.remove(unusedFor: .seconds(3600)) == 0, "it was used just now")
  }
}
