import Foundation
import QuenchGit
import SystemPackage
import Testing

@testable import QuenchBuild

@Suite struct BuildStoreTests {
  let fixture: StoreFixture
  var store: BuildStore { fixture.store }
  var root: FilePath { store.root }

  init() throws { fixture = try StoreFixture() }

  @Test func aStoreThatIsNotThereIsEmpty() async throws {
    #expect(try await store.build(for: StoreFixture.key(1)) == nil)
    #expect(try await store.builds().isEmpty)
    #expect(try await store.size() == 0)
    #expect(try await store.gc(keeping: { [] }) == StoreCleaning())
    #expect(!FileManager.default.fileExists(atPath: root.string))
  }

  @Test func whatIsStoredIsFoundByItsKeyAndUnpackedByItsDigest() async throws {
    let stored = try await fixture.add("hello", key: 1)
    let found = try #require(try await store.build(for: StoreFixture.key(1)))
    #expect(found.digest == stored.digest && found.service == "orders" && found.seconds == 1.5)
    #expect(found.revision.description == String(repeating: "a", count: 40) && found.mode == .incremental)
    #expect(try await store.build(for: StoreFixture.key(2)) == nil)
    let sum = try Command.run("sha256sum blobs/sha256/\(stored.digest)", in: root)
    #expect(sum.hasPrefix(stored.digest.description))
    let destination = fixture.scratch.path.appending("instance")
    try await store.unpack(stored.digest, into: destination)
    #expect(try fixture.scratch.read("instance/app") == "hello")
    #expect(try store.isWhole(stored.digest))
    #expect(try fixture.keyed() == fixture.indexed())
  }

  @Test func standardToolsReadIt() async throws {
    let stored = try await fixture.add("hello", key: 1)
    try await fixture.add("other", key: 2)
    let reference = "oci:\(root):\(stored.key)"
    let text = try Command.run("skopeo inspect \(reference)", in: fixture.scratch.path)
    #expect(text.contains(stored.digest.qualified), "\(text)")
    let raw = try Command.run("skopeo inspect --raw \(reference)", in: fixture.scratch.path)
    let manifest = try JSONDecoder().decode(ImageManifest.self, from: Data(raw.utf8))
    #expect(manifest.layers.map(\.digest) == [stored.digest.qualified])
    #expect(manifest.annotations?["org.opencontainers.image.revision"] == stored.revision.description)
    #expect(manifest.annotations?["quench.build.key"] == stored.key.description)
    #expect(manifest.annotations?["quench.service"] == "orders")
    #expect(manifest.annotations?["org.opencontainers.image.created"] == nil)
    let copy = "skopeo copy --dest-oci-accept-uncompressed-layers \(reference) oci:copy:orders"
    try Command.run("\(copy) && skopeo inspect oci:copy:orders", in: fixture.scratch.path)
    let copied = fixture.scratch.path.appending("copy/blobs/sha256").appending(stored.digest.description)
    #expect(FileManager.default.fileExists(atPath: copied.string))
  }

  @Test func equalBytesUnderTwoKeysAreKeptOnce() async throws {
    let one = try await fixture.add("same", key: 1), two = try await fixture.add("same", key: 2)
    #expect(one.digest == two.digest)
    #expect(try await store.builds().map(\.key.description).sorted() == [one.key, two.key].map(\.description).sorted())
  }

  @Test func aKeyBuiltAgainLeadsToTheNewerAndKeepsTheOlder() async throws {
    let old = try await fixture.add("old", key: 1), new = try await fixture.add("new", key: 1)
    #expect(try await store.build(for: old.key)?.digest == new.digest)
    #expect(Set(try await store.builds().map(\.digest)) == [old.digest, new.digest])
    #expect(try fixture.keyed() == fixture.indexed())
    try await store.unpack(old.digest, into: fixture.scratch.path.appending("old"))
    try Command.run("skopeo inspect oci:\(root):\(old.key)", in: fixture.scratch.path)
  }

  @Test(arguments: ["append", "flip", "truncate", "empty"])
  func aTamperedArtifactIsRefused(how: String) async throws {
    let stored = try await fixture.add(String(repeating: "hello", count: 1000), key: 1)
    let blob = store.layout.layer(stored.digest)
    let change = [
      "append": "printf x >> \(blob)", "flip": "printf X | dd of=\(blob) bs=1 seek=600 conv=notrunc status=none",
      "truncate": "truncate -s 1000 \(blob)", "empty": "truncate -s 0 \(blob)",
    ]
    try Command.run("chmod u+w \(blob) && " + (change[how] ?? "false"), in: root)
    let destination = fixture.scratch.path.appending("instance")
    let error = await #expect(throws: BuildError.self) { try await store.unpack(stored.digest, into: destination) }
    #expect(error?.code == .digestMismatch && error?.message.contains(blob.string) == true)
    let left = try FolderListing.names(in: fixture.scratch.path).map(\.string).filter { $0.contains("instance") }
    #expect(left.isEmpty, "nothing is left of it: \(left)")
    let again = try await fixture.add(String(repeating: "hello", count: 1000), key: 1)
    #expect(again.digest == stored.digest, "building again mends it")
    #expect(try store.isWhole(stored.digest))
  }

  @Test func whatIsNotThereIsMissing() async throws {
    let stored = try await fixture.add("hello", key: 1)
    try Command.run("rm blobs/sha256/\(stored.digest)", in: root)
    let error = await #expect(throws: BuildError.self) {
      try await store.unpack(stored.digest, into: fixture.scratch.path.appending("instance"))
    }
    #expect(error?.code == .artifactMissing)
    #expect(try await store.build(for: stored.key) == nil, "a key that leads to nothing leads nowhere")
  }

  @Test func nothingIsUnpackedOverWhatIsThere() async throws {
    let stored = try await fixture.add("hello", key: 1)
    try fixture.scratch.write("instance/data", "mine")
    let error = await #expect(throws: BuildError.self) {
      try await store.unpack(stored.digest, into: fixture.scratch.path.appending("instance"))
    }
    #expect(error?.code == .destinationUnwritable)
    #expect(try fixture.scratch.read("instance/data") == "mine")
  }

  @Test func anInstanceCannotWriteIntoTheStore() async throws {
    let stored = try await fixture.add("hello", key: 1)
    try await store.unpack(stored.digest, into: fixture.scratch.path.appending("instance"))
    try Command.run("chmod u+w instance/app && printf bad > instance/app", in: fixture.scratch.path)
    #expect(try store.isWhole(stored.digest))
  }

  @Test func manyWritersLoseNothing() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<16 { group.addTask { try await fixture.add("text \(number % 5)", key: number) } }
      try await group.waitForAll()
    }
    #expect(try await store.builds().count == 16)
    #expect(try fixture.keyed() == fixture.indexed())
    for build in try await store.builds() { #expect(try store.isWhole(build.digest)) }
  }

  @Test func aDamagedIndexIsNamed() async throws {
    try await fixture.add("hello", key: 1)
    try Command.run("printf '{' > index.json", in: root)
    let error = await #expect(throws: BuildError.self) { try await store.builds() }
    #expect(error?.code == .storeUnreadable && error?.message.contains("index.json") == true)
  }
}
