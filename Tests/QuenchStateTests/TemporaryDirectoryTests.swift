import Foundation
import SystemPackage
import Testing

@testable import QuenchState

@Suite struct TemporaryDirectoryTests {
  @Test func itsPathIsShortEnoughForSocketsAndItsOwnersAlone() throws {
    for temporary in [try TemporaryDirectory(), try TemporaryDirectory.lasting()] {
      defer { temporary.remove() }
      #expect(temporary.path.string.utf8.count < 60)
      #expect(TemporaryRoot.isOwn(temporary.path))
      #expect(TemporaryRoot.isOwn(TemporaryRoot.standard.path))
    }
  }

  @Test func thoseOfAProcessAreTogetherAndGoOneByOne() throws {
    let first = try TemporaryDirectory(), second = try TemporaryDirectory()
    #expect(first.path.removingLastComponent() == second.path.removingLastComponent())
    try Data().write(to: URL(filePath: first.path.appending("file").string))
    first.remove()
    #expect(!exists(first.path) && exists(second.path))
    second.remove()
    #expect(!exists(second.path))
  }

  @Test func oneThatTheMachineLostIsMadeAgain() throws {
    let lasting = try TemporaryDirectory.lasting()
    defer { lasting.remove() }
    try FileManager.default.removeItem(atPath: lasting.path.string)
    try lasting.restore()
    #expect(TemporaryRoot.isOwn(lasting.path))
    try lasting.restore()
    chmod(lasting.path.string, 0o777)
    #expect(throws: StateError.self, "anybody may have filled it") { try lasting.restore() }
  }
}

@Suite final class TemporaryRootTests {
  let root: TemporaryRoot

  init() throws {
    let base = FilePath(FileManager.default.temporaryDirectory.path).appending("quench-root-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: base.string, withIntermediateDirectories: false)
    root = TemporaryRoot(base: base)
  }

  deinit { try? FileManager.default.removeItem(atPath: root.base.string) }

  @Test func onlyWhatAProcessThatEndedLeftIsSwept() throws {
    let used = try root.claim(), lasting = try root.makeLasting()
    var killed: TemporaryRoot.Claimed? = try root.claim()
    let left = try #require(killed?.path)
    let folder = left.appending("folder")
    mkdir(folder.string, 0o700)
    try Data().write(to: URL(filePath: folder.appending("file").string))
    chmod(folder.string, 0o500)
    root.sweep()
    #expect(exists(left), "it is still held")
    killed = nil
    _ = killed
    root.sweep()
    #expect(!exists(left) && exists(used.path) && exists(lasting))
  }

  @Test func aRootThatIsNotOursAloneIsLeftAlone() throws {
    mkdir(root.path.string, 0o700)
    chmod(root.path.string, 0o777)
    let others = root.path.appending("others")
    mkdir(others.string, 0o700)
    let claimed = try root.claim(), lasting = try root.makeLasting()
    for path in [claimed.path, lasting] { #expect(path.removingLastComponent() == root.base) }
    root.sweep()
    #expect(exists(others))
  }

  @Test func aLinkIsNoRoot() throws {
    let target = root.base.appending("target")
    mkdir(target.string, 0o700)
    mkdir(target.appending("abcdef").string, 0o700)
    symlink(target.string, root.path.string)
    #expect(try root.claim().path.removingLastComponent() == root.base)
    root.sweep()
    #expect(exists(target.appending("abcdef")))
  }
}

private func exists(_ path: FilePath) -> Bool { FileManager.default.fileExists(atPath: path.string) }
