import Foundation
import Testing

@testable import QuenchEvidence

@Suite("Keys")
struct KeyTests {
  @Test("A key survives being written and read, and its halves have one name")
  func roundTrip() throws {
    let key = SigningKey()
    let again = try SigningKey(pem: key.pem, from: "it")
    #expect(again.id == key.id)
    #expect(try VerificationKey(pem: key.publicKey.pem, from: "it") == key.publicKey)
    #expect(again.publicKey.isValid(try key.signature(of: Data("a".utf8)), of: Data("a".utf8)))
    #expect(!again.publicKey.isValid(try key.signature(of: Data("a".utf8)), of: Data("b".utf8)))
  }

  @Test("The key of RFC 8410 is read, written as it stands there, and named by its SPKI digest")
  func example() throws {
    let key = try ExampleKey.signing
    #expect(key.pem == ExampleKey.pem)
    #expect(key.publicKey.pem == ExampleKey.publicPEM)
    #expect(key.id.description == ExampleKey.id)
    #expect(try VerificationKey(pem: ExampleKey.publicPEM, from: "it").id == key.id)
  }

  @Test(
    "A key is read however a secret store has rewritten it",
    arguments: [
      ExampleKey.pem.replacing("\n", with: "\r\n"), ExampleKey.pem.replacing("\n", with: "\\n"),
      ExampleKey.pem.replacing("\n", with: " "), "  \n" + ExampleKey.pem, "# of the job\n\(ExampleKey.pem)trailing",
      ExampleKey.pem.trimmingCharacters(in: .newlines), ExampleKey.pem.replacing("VHU", with: "VHU\n"),
    ])
  func rewritten(_ text: String) throws {
    #expect(try SigningKey(pem: text, from: "it").id.description == ExampleKey.id)
  }

  @Test(
    "What is no Ed25519 private key is refused by what it is, and never quoted",
    arguments: [
      ("", "not a private key in PEM"), (ExampleKey.body, "not a private key in PEM"),
      (ExampleKey.publicPEM, "a public key"),
      ("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMC4C\n-----END ENCRYPTED PRIVATE KEY-----", "passphrase"),
      ("-----BEGIN OPENSSH PRIVATE KEY-----\nMC4C\n-----END OPENSSH PRIVATE KEY-----", "OpenSSH"),
      ("-----BEGIN EC PRIVATE KEY-----\nMC4C\n-----END EC PRIVATE KEY-----", "other than"),
      ("-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PRIVATE KEY-----", "not an Ed25519 key"),
      (ExampleKey.pem.replacing("BQYDK2Vw", with: "BQYDK2Vu"), "not an Ed25519 key"),
      (ExampleKey.pem.replacing("-----END PRIVATE KEY-----", with: ""), "not a private key in PEM"),
    ])
  func refused(_ text: String, _ words: String) {
    let error = #expect(throws: EvidenceError.self) { try SigningKey(pem: text, from: "the file") }
    #expect(error?.code == .keyMalformed)
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    #expect(error?.remedy != nil)
    #expect(!"\(String(describing: error)) \(String(reflecting: error))".contains("MC4C"))
  }

  @Test("A private key is no public one")
  func privateAsPublic() {
    let error = #expect(throws: EvidenceError.self) { try VerificationKey(pem: ExampleKey.pem, from: "ci.pem") }
    #expect(error?.message.contains("private") == true)
    #expect(error?.remedy?.contains(".pub") == true)
  }

  @Test("Nothing that prints a key prints what is secret of it")
  func secrecy() throws {
    let key = try ExampleKey.signing
    let source = try #require(SigningKeySource(environment: [SigningKeySource.variable: ExampleKey.pem]))
    var dumped = ""
    dump(key, to: &dumped)
    dump(source, to: &dumped)
    let texts = ["\(key)", String(reflecting: key), "\(source)", String(reflecting: source), dumped, "\([key])"]
    let secret = try #require(Data(base64Encoded: ExampleKey.body)).suffix(32)
    for text in texts {
      #expect(!text.contains(ExampleKey.body.suffix(20)))
      #expect(!text.contains(secret.map(String.init).joined(separator: ", ")))
      #expect(!text.lowercased().contains(secret.map { String(format: "%02x", $0) }.joined()))
    }
    #expect("\(key)" == "signing key \(ExampleKey.id)")
  }
}
