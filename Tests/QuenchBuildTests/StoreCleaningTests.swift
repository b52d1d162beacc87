import Crypto
import Foundation
import QuenchDiagnostics
import Synchronization
import SystemPackage
import Testing

@testable import QuenchBuild

@Suite struct StoreCleaningTests {
  let fixture: StoreFixture
  var store: BuildStore { fixture.store }

  init() throws { fixture = try StoreFixture() }

  @Test func whatWasUsedLongestAgoGoesFirstAndWhatIsLiveStays() async throws {
    var builds: [StoredBuild] = []
    for number in 0..<5 {
      builds.append(try await fixture.add(String(repeating: "\(number)", count: 10_000), key: number))
    }
    for (number, build) in builds.enumerated() { try fixture.age(build.digest, 1000 - number) }
    _ = try await store.build(for: builds[1].key)
    let limit = try await store.size() - 2 * builds[0].size
    let cleaning = try await store.gc(keeping: { [first = builds[0].digest] in [first] }, limitBytes: limit)
    #expect(cleaning.removed == [builds[2].digest, builds[3].digest])
    #expect(cleaning.keptBytes <= limit && cleaning.debris == 0 && cleaning.freedBytes > 2 * builds[2].size)
    #expect(try await store.size() == cleaning.keptBytes)
    #expect(Set(try await store.builds().map(\.digest)) == [0, 1, 4].reduce(into: []) { $0.insert(builds[$1].digest) })
    #expect(try fixture.keyed() == fixture.indexed())
    for number in [0, 1, 4] { #expect(try store.isWhole(builds[number].digest)) }
    #expect(try await store.build(for: builds[2].key) == nil)
    try Command.run("skopeo inspect oci:\(store.root):\(builds[0].key)", in: fixture.scratch.path)
  }

  @Test func whatIsOldGoesAlthoughThereIsRoom() async throws {
    let old = try await fixture.add("old", key: 1), live = try await fixture.add("live", key: 2)
    let new = try await fixture.add("new", key: 3)
    try fixture.age(old.digest, 7200)
    try fixture.age(live.digest, 7200)
    let cleaning = try await store.gc(keeping: { [live.digest] }, olderThan: .seconds(3600))
    #expect(cleaning.removed == [old.digest])
    #expect(Set(try await store.builds().map(\.digest)) == [live.digest, new.digest])
  }

  @Test func everythingGoesButWhatIsLive() async throws {
    let live = try await fixture.add("live", key: 1)
    for number in 2..<6 { try await fixture.add("\(number)", key: number) }
    let cleaning = try await store.gc(keeping: { [live.digest] }, limitBytes: 0)
    #expect(cleaning.removed.count == 4)
    #expect(try await store.builds().map(\.digest) == [live.digest])
    let all = try await store.gc(keeping: { [] }, limitBytes: 0)
    #expect(all.removed == [live.digest] && all.keptBytes == 0)
    #expect(try FolderListing.names(in: store.layout.blobs).isEmpty)
  }

  @Test func whatKilledWritersLeftIsRemoved() async throws {
    let kept = try await fixture.add("kept", key: 1)
    let orphan = String(repeating: "0", count: 64)
    for name in ["drafts/layer.1.draft", "index.json.1.draft", "keys/\(orphan).1.draft", "blobs/sha256/\(orphan)"] {
      try fixture.scratch.write("store/\(name)", "half")
    }
    // A writer killed between the index and the key.
    try Command.run("rm keys/\(kept.key)", in: store.root)
    #expect(try await store.build(for: kept.key)?.digest == kept.digest)
    let cleaning = try await store.gc(keeping: { [] })
    #expect(cleaning.debris == 4 && cleaning.removed.isEmpty && cleaning.freedBytes == 16)
    #expect(try await store.gc(keeping: { [] }).debris == 0)
    #expect(try store.isWhole(kept.digest))
    #expect(try fixture.keyed() == fixture.indexed(), "cleaning also mends the keys")
  }

  @Test func buildsThatOtherToolsCopiedAreKnownByTheirManifests() async throws {
    let stored = try await fixture.add("hello", key: 1)
    try Command.run(
      "skopeo copy --dest-oci-accept-uncompressed-layers oci:store:\(stored.key) oci:copy:x", in: fixture.scratch.path)
    let copy = BuildStore(root: fixture.scratch.path.appending("copy"))
    #expect(try await copy.gc(keeping: { [] }).removed.isEmpty)
    #expect(try await copy.builds().map(\.digest) == [stored.digest])
    try Command.run("skopeo inspect oci:copy:x", in: fixture.scratch.path)
    try await copy.unpack(stored.digest, into: fixture.scratch.path.appending("instance"))
  }

  @Test func imagesOfOthersStay() async throws {
    let stored = try await fixture.add("hello", key: 1)
    let images = StoredImages(layout: store.layout)
    let own = try #require(fixture.indexed()[stored.key.description])
    var manifest = try #require(images.manifest(own))
    manifest.annotations = nil
    let data = try ImageDocuments.encode(manifest)
    let name = SHA256.hash(data: data).hexadecimal
    try DurableFile.replace(store.layout.blob(name), with: data)
    var index = try images.index()
    index.manifests.append(
      ImageDescriptor(
        mediaType: ImageDescriptor.manifestType, digest: "sha256:\(name)", size: Int64(data.count),
        annotations: [BuildAnnotation.reference.rawValue: "theirs"]))
    try DurableFile.replace(store.layout.index, with: ImageDocuments.encode(index))
    #expect(try await store.gc(keeping: { [] }, limitBytes: 0).removed == [stored.digest])
    try Command.run(
      "skopeo inspect oci:store:theirs && skopeo copy oci:store:theirs oci:copy:x", in: fixture.scratch.path)
  }

  @Test func nothingIsRemovedWhileSomebodyReads() async throws {
    let stored = try await fixture.add("hello", key: 1)
    var hold: Any? = try await store.hold(reason: "a test")
    #expect(hold != nil)
    let (waiting, continuation) = AsyncStream<String>.makeStream()
    let cleaning = Task { [store] in
      try await store.gc(keeping: { [] }, limitBytes: 0) { _ in continuation.finish() }
    }
    for await _ in waiting {}
    #expect(try store.isWhole(stored.digest))
    hold = nil
    #expect(try await cleaning.value.removed == [stored.digest])
  }

  @Test func whatComesToLifeWhileTheCleaningWaitsStays() async throws {
    let stored = try await fixture.add("hello", key: 1)
    let live = Mutex<Set<ArtifactDigest>>([])
    var hold: Any? = try await store.hold(reason: "a test")
    #expect(hold != nil)
    let (waiting, continuation) = AsyncStream<String>.makeStream()
    async let cleaning = store.gc(keeping: { live.withLock(\.self) }, limitBytes: 0) { _ in continuation.finish() }
    for await _ in waiting {}
    live.withLock { $0 = [stored.digest] }
    hold = nil
    #expect(try await cleaning.removed.isEmpty)
    #expect(try store.isWhole(stored.digest))
  }
}
