import Foundation
import QuenchGit
import SystemPackage
import Testing

@testable import QuenchGit

@Suite struct LargeFileTests {
  let scratch: Scratch
  let made: ScratchRepository
  let content = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 9) })

  init() throws {
    scratch = try Scratch()
    made = try scratch.repository()
    try made.write(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n")
    try made.write("model.bin", pointer(to: content))
    try made.commit("first")
  }

  private func digest(_ data: Data) -> String {
    var digest = SHA256()
    digest.update(Array(data))
    return digest.finish()
  }

  private func pointer(to data: Data) -> String {
    "version https://git-lfs.github.com/spec/v1\noid sha256:\(digest(data))\nsize \(data.count)\n"
  }

  private func store(_ stored: Data, as data: Data) throws {
    let name = digest(data)
    try made.write(".git/lfs/objects/\(name.prefix(2))/\(name.dropFirst(2).prefix(2))/\(name)", stored)
  }

  private func move() async throws -> MaterialiseReport {
    let repository = try made.open()
    return try await repository.materialise(repository.resolve("HEAD"), into: scratch.slot)
  }

  @Test func aLocalContentIsWritten() async throws {
    try store(content, as: content)
    _ = try await move()
    let path = scratch.slot.tree.appending("model.bin").string
    #expect(FileManager.default.contents(atPath: path) == content)
    #expect(try await move().written == 0)
    try Data("hacked".utf8).write(to: URL(fileURLWithPath: path))
    #expect(try await move().wasDirty)
    #expect(FileManager.default.contents(atPath: path) == content)
  }

  @Test func aMissingContentIsNamed() async throws {
    let error = await #expect(throws: GitError.self) { try await move() }
    #expect(error?.code == .lfsPointer)
    #expect(error?.message.contains("model.bin") == true)
    #expect(error?.remedy?.contains("git lfs fetch") == true)
  }

  @Test(arguments: [true, false])
  func aDamagedContentIsRefused(keepsSize: Bool) async throws {
    var damaged = content
    damaged[7] ^= 1
    try store(keepsSize ? damaged : damaged.dropLast(), as: content)
    let error = await #expect(throws: GitError.self) { try await move() }
    #expect(error?.code == .lfsPointer)
    #expect(error?.message.contains("damaged") == true)
  }

  @Test func aPointerWithoutAttributesCountsUnlessItIsMarkedAsText() async throws {
    try made.write(".gitattributes", "*.bin -filter\n")
    try made.write("fixture.bin", pointer(to: Data("x".utf8)))
    try made.commit("text")
    _ = try await move()
    #expect(
      FileManager.default.contents(atPath: scratch.slot.tree.appending("fixture.bin").string)
        == Data(pointer(to: Data("x".utf8)).utf8))
    try made.remove(".gitattributes")
    try made.commit("pointer")
    let error = await #expect(throws: GitError.self) { try await move() }
    #expect(error?.code == .lfsPointer)
  }

  @Test func theDigestIsSHA256() {
    // FIPS 180-4 examples, and a length at each edge of a block against its own pieces.
    #expect(digest(Data("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(digest(Data()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      digest(Data("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8))
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    for count in [1, 55, 56, 63, 64, 65, 119, 120, 128, 1000] {
      var pieces = SHA256()
      for byte in content.prefix(count) { pieces.update([byte]) }
      #expect(pieces.finish() == digest(content.prefix(count)))
    }
  }
}
