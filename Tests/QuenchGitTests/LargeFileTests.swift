import Crypto
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
    SHA256.hash(data: data).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
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
}
