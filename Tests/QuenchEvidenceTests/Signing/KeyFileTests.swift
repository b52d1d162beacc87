import Foundation
import SystemPackage
import Testing

@testable import QuenchEvidence

@Suite("Key files")
struct KeyFileTests {
  /// A folder for one test, removed at its end.
  private final class Folder {
    let path: FilePath

    init() throws {
      path = FilePath(NSTemporaryDirectory()).appending("quench-keys-\(UUID().uuidString)")
      try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path.string) }

    func key(mode: mode_t = 0o600) throws -> FilePath {
      let file = path.appending("ci.pem")
      try Data(ExampleKey.pem.utf8).write(to: URL(filePath: file.string))
      chmod(file.string, mode)
      return file
    }

    func source(_ value: String) throws -> SigningKeySource {
      try #require(SigningKeySource(environment: [SigningKeySource.variable: value], folder: path))
    }
  }

  @Test("A new pair is PEM, the private half for its owner alone, whatever the umask is")
  func newPair() throws {
    let folder = try Folder()
    let files = KeyPairFiles(folder.path.pushing("deep/er/ci.pem"))
    let key = SigningKey()
    try files.write(key)
    var status = stat()
    #expect(stat(files.privateKey.string, &status) == 0 && status.st_mode & 0o777 == 0o600)
    #expect(stat(files.publicKey.string, &status) == 0 && status.st_mode & 0o077 != 0)
    #expect(files.publicKey.string.hasSuffix("ci.pem.pub"))
    #expect(try folder.source("deep/er/ci.pem").key().id == key.id)
    #expect(try VerificationKey(file: files.publicKey) == key.publicKey)
  }

  @Test(
    "Nothing is overwritten, and nothing is left of a pair that cannot be whole", arguments: ["ci.pem", "ci.pem.pub"])
  func existing(_ name: String) throws {
    let folder = try Folder()
    try Data("mine".utf8).write(to: URL(filePath: folder.path.appending(name).string))
    let error = #expect(throws: EvidenceError.self) {
      try KeyPairFiles(folder.path.appending("ci.pem")).write(SigningKey())
    }
    #expect(error?.code == .keyExists)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path.string) == [name])
    #expect(try String(contentsOfFile: folder.path.appending(name).string, encoding: .utf8) == "mine")
  }

  @Test(
    "A file that others can read, write or run is not used", arguments: [0o640, 0o604, 0o620, 0o601, 0o666] as [mode_t])
  func exposed(_ mode: mode_t) throws {
    let folder = try Folder()
    let file = try folder.key(mode: mode)
    let error = #expect(throws: EvidenceError.self) { try folder.source("ci.pem").key() }
    #expect(error?.code == .keyExposed)
    #expect(error?.message.contains(file.string) == true)
    #expect(error?.remedy == "chmod 600 '\(file)'")
  }

  @Test("A file of another user is not used", .enabled(if: geteuid() == 0, "only root can give files away"))
  func foreign() throws {
    let folder = try Folder()
    chown(try folder.key().string, 12345, 12345)
    let error = #expect(throws: EvidenceError.self) { try folder.source("ci.pem").key() }
    #expect(error?.code == .keyExposed)
    #expect(error?.message.contains("12345") == true)
  }

  @Test("A link is followed, and what it leads to is what is checked")
  func link() throws {
    let folder = try Folder()
    let file = try folder.key(mode: 0o400)
    let link = folder.path.appending("link")
    try FileManager.default.createSymbolicLink(atPath: link.string, withDestinationPath: "ci.pem")
    #expect(try folder.source(link.string).key().id.description == ExampleKey.id)
    chmod(file.string, 0o444)
    #expect(throws: EvidenceError.self) { try folder.source(link.string).key() }
  }

  @Test("What is no regular file is refused without waiting for it")
  func notAFile() throws {
    let folder = try Folder()
    mkfifo(folder.path.appending("pipe").string, 0o600)
    for name in ["pipe", "."] {
      let error = #expect(throws: EvidenceError.self) { try folder.source(name).key() }
      #expect(error?.code == .keyUnreadable)
    }
  }

  @Test("The variable may hold the key itself; empty it is as if unset")
  func variable() throws {
    let folder = try Folder()
    #expect(SigningKeySource(environment: [:], folder: folder.path) == nil)
    #expect(SigningKeySource(environment: [SigningKeySource.variable: ""], folder: folder.path) == nil)
    let source = try folder.source(ExampleKey.pem)
    #expect(source.file == nil)
    #expect(try source.key().id.description == ExampleKey.id)
    #expect(try folder.source("ci.pem").file == folder.path.appending("ci.pem"))
  }

  @Test(
    "A key that lost its first and last line is not taken for a path that a message may show",
    arguments: [ExampleKey.body, "/" + ExampleKey.body, "1O5y2/kTWErVttjx92n4rTr+fCjL8dT74Jeoj0R1WEI="])
  func keyInPlaceOfAPath(_ value: String) throws {
    let error = #expect(throws: EvidenceError.self) { try Folder().source(value).key() }
    #expect(error?.code == .keyUnreadable)
    #expect(!"\(String(describing: error))".contains(value.suffix(10)))
  }

  @Test("A path to nothing is named")
  func missing() throws {
    let folder = try Folder()
    let error = #expect(throws: EvidenceError.self) { try folder.source("ci.pem").key() }
    #expect(error?.code == .keyUnreadable)
    #expect(error?.message.contains("ci.pem") == true)
  }
}
