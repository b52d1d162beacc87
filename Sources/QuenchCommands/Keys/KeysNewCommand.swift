import ArgumentParser
import Foundation
import QuenchDiagnostics
import QuenchEvidence
import SystemPackage

/// `quench keys new`.
struct KeysNewCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Make an Ed25519 key: FILE, which only its owner can read, and FILE.pub.",
    discussion: """
      Both are PEM, as openssl reads and writes them (PKCS#8 and SPKI). Nothing is overwritten. Neither a repository nor \
      a quench.yml is needed.

      EXAMPLES
        quench keys new ci.pem
        openssl pkey -in ci.pem -noout -text
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "The private key's file; its folders are made.")
  var file: String

  func perform(_ console: Console) async throws -> ExitStatus {
    guard !file.isEmpty else { throw UsageError("the key's file has no name", remedy: "quench keys new FILE") }
    let key = SigningKey()
    let files = KeyPairFiles(
      FilePath(FileManager.default.currentDirectoryPath).pushing(FilePath(file)).lexicallyNormalized())
    try files.write(key)
    console.result("private  \(files.privateKey)  for the one who verifies: QUENCH_SIGNING_KEY=\(file)")
    console.result("public   \(files.publicKey)  for everybody: commit it, name it in gate.signers")
    console.result("key id   \(key.id)")
    try console.document(
      Document(
        privateKey: files.privateKey.string, publicKey: files.publicKey.string, id: key.id.description))
    return .passed
  }

  /// The wire form of a new key, `quench.key/v1`: where it is, and nothing of what is in it.
  private struct Document: Encodable {
    var schema = "quench.key/v1"
    var privateKey: String
    var publicKey: String
    var id: String

    private enum CodingKeys: String, CodingKey {
      case schema, id
      case privateKey = "private_key"
      case publicKey = "public_key"
    }
  }
}
