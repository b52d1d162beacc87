import Foundation
import SystemPackage
import Testing

/// `quench keys new`, and what becomes of a key that cannot be used.
struct KeyTests {
  @Test(.world)
  func newKeyNeedsNeitherRepositoryNorConfiguration() async throws {
    let world = try World.current
    let file = world.root.pushing("a/b/ci.pem")
    let outcome = try await world.quench("keys", "new", file.string, "--format", "json", in: FilePath("/"))
    #expect(outcome.status == 0, "\(outcome)")
    let json = try JSONValue(document: outcome.stdout)
    #expect(json["private_key"].string == file.string)
    #expect(json["public_key"].string == file.string + ".pub")
    #expect(try FileManager.default.attributesOfItem(atPath: file.string)[.posixPermissions] as? Int == 0o600)
    let secret = try world.read(file)
    #expect(secret.hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
    #expect(try world.read(FilePath(file.string + ".pub")).hasPrefix("-----BEGIN PUBLIC KEY-----\n"))
    #expect(!outcome.text.contains(secret.split(separator: "\n")[1]))
    let again = try await world.quench("keys", "new", file.string)
    #expect(again.status == 3 && again.stderr.contains("there already"), "\(again)")
    #expect(try world.read(file) == secret)
  }

  @Test(.world, .enabled(if: Product.has("openssl"), "openssl is not installed"))
  func opensslReadsOurKeysAndMakesOnesThatWeRead() async throws {
    let world = try World.current
    let key = try await world.makeKey()
    let text = try await world.tool("openssl", "pkey", "-in", key, "-pubout")
    #expect(try world.read(FilePath(key + ".pub")) == text + "\n")
    let id = try await world.tool(
      "sh", "-c", "openssl pkey -pubin -in '\(key).pub' -outform DER | sha256sum | cut -c1-64")
    let made = world.root.appending("openssl.pem").string
    try await world.tool("openssl", "genpkey", "-algorithm", "ed25519", "-out", made)
    chmod(made, 0o600)
    let doctor = try await world.ask("doctor", environment: ["QUENCH_SIGNING_KEY": key])
    #expect(doctor.json["checks"].named("signing key")["detail"].string?.contains(id.prefix(12)) == true)
    let other = try await world.ask("doctor", environment: ["QUENCH_SIGNING_KEY": made])
    #expect(other.json["checks"].named("signing key")["finding"].string == "good")
  }

  @Test(.world("greeter"))
  func aKeyThatCannotBeUsedEndsVerifyBeforeItBuilds() async throws {
    let world = try World.current
    let key = try await world.makeKey()
    chmod(key, 0o644)
    let exposed = try await world.ask("verify", environment: ["QUENCH_SIGNING_KEY": key])
    #expect(exposed.status == 3)
    #expect(exposed.json["code"].string == "key-exposed")
    #expect(exposed.json["remedy"].string == "chmod 600 '\(key)'")
    let body = try world.read(FilePath(key)).split(separator: "\n")[1]
    for value in [String(body), world.root.appending("nothing").string, "-----BEGIN PRIVATE KEY-----\n\(body)"] {
      let outcome = try await world.quench("verify", environment: ["QUENCH_SIGNING_KEY": value])
      #expect(outcome.status == 3, "\(outcome)")
      #expect(!outcome.text.contains(body), "\(outcome)")
    }
    #expect(!world.exists(world.state.pushing("store/index.json")), "nothing was built")
  }
}
