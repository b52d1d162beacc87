import Foundation
import QuenchGit
import QuenchState
import SystemPackage
import Testing

@testable import QuenchBuild

/// On a file system of 1 MiB, which only root can mount.
@Suite(.enabled(if: geteuid() == 0, "mounting a small file system needs root")) struct DiskFullTests {
  /// A small file system, unmounted with the test.
  final class SmallDisk: Sendable {
    let scratch: Scratch
    let path: FilePath

    init() throws {
      scratch = try Scratch()
      path = try scratch.folder("small")
      try Command.run("mount -t tmpfs -o size=1m tmpfs small", in: scratch.path)
    }

    deinit { _ = try? Command.run("umount small", in: scratch.path) }
  }

  @Test func aFullStoreSaysSoAndStaysWhole() async throws {
    let disk = try SmallDisk(), fixture = try StoreFixture()
    let store = BuildStore(root: disk.path.appending("store"))
    let small = try await store.add(fixture.content("small"), StoreFixture.provenance(1))
    let error = await #expect(throws: BuildError.self) {
      try await store.add(fixture.content(String(repeating: "x", count: 2 << 20)), StoreFixture.provenance(2))
    }
    #expect(error?.code == .diskFull && error?.remedy == "quench gc")
    #expect(try await store.builds().map(\.digest) == [small.digest])
    #expect(try FolderListing.names(in: store.layout.drafts).isEmpty)
    #expect(try store.isWhole(small.digest))
    #expect(try await store.gc(keeping: { [small.digest] }).debris == 0)
  }

  @Test func aFullDestinationSaysSoAndIsLeftClean() async throws {
    let disk = try SmallDisk(), fixture = try StoreFixture()
    let large = try await fixture.add(String(repeating: "x", count: 2 << 20), key: 1)
    let error = await #expect(throws: BuildError.self) {
      try await fixture.store.unpack(large.digest, into: disk.path.appending("instance"))
    }
    #expect(error?.code == .diskFull)
    #expect(try FolderListing.names(in: disk.path).isEmpty)
  }

  @Test func aBuildThatFillsTheDiskIsToldFromOneThatFails() async throws {
    let disk = try SmallDisk()
    let fixture = try BuilderFixture([:])
    try fixture.state.prepare()
    try Command.run("rmdir \(fixture.state.work) && ln -s \(disk.path) \(fixture.state.work)", in: "/")
    let error = await #expect(throws: BuildError.self) {
      try await fixture.build(fixture.recipe("head -c 4000000 /dev/zero > app"))
    }
    #expect(error?.code == .diskFull && error?.remedy == "quench gc")
    #expect(try await fixture.store.builds().isEmpty)
  }
}
