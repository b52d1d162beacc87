import Foundation
import QuenchState
import SystemPackage
import Testing

@testable import QuenchProcesses

@Suite final class ProcessOwnerTests: Sendable {
  let state: StateDirectory

  init() throws {
    state = StateDirectory(
      root: FilePath(FileManager.default.temporaryDirectory.path).appending("quench-owner-\(UUID().uuidString)"))
    try state.prepare()
  }

  deinit { try? FileManager.default.removeItem(atPath: state.root.string) }

  @Test func thisProcessIsAnOwnerThatRuns() throws {
    let owner = try ProcessOwner.current(in: state)
    #expect(try ProcessOwner.current(in: state) == owner, "it has one name")
    #expect(ProcessOwner(owner.text) == owner)
    #expect(!owner.isOver(in: state))
    ProcessOwner.removeLocks(in: state)
    #expect(!owner.isOver(in: state), "the lock of one that runs stays")
  }

  @Test func anOwnerRunsForAsLongAsItsLockIsHeldWhereverItsProcessIs() throws {
    let owner = try #require(ProcessOwner("4194399.1 \(state.root)"))
    #expect(owner.isOver(in: state), "nobody holds its lock")
    let lock = state.lock("owner-4194399.1")
    var held = try lock.tryAcquire(reason: "a process of another container")
    #expect(!owner.isOver(in: state))
    held = nil
    _ = held
    #expect(owner.isOver(in: state))
    ProcessOwner.removeLocks(in: state)
    #expect(!FileManager.default.fileExists(atPath: lock.path.string))
  }

  @Test func whatIsKeptIsNeverOver() throws {
    let kept = ProcessOwner.kept(in: state)
    #expect(kept.text == "kept \(state.root)")
    #expect(ProcessOwner(kept.text) == kept && !kept.isOver(in: state))
    #expect(ProcessOwner("../../evil \(state.root)") == nil)
  }

  @Test func aRecordBelongsToTheOwnerOfItsFolder() throws {
    let kept = ProcessOwner.kept(in: state)
    #expect(kept.owns(state.instances.appending("one").appending("process.json")))
    #expect(!kept.owns("/elsewhere/process.json"))
  }
}
