import Foundation
import SystemPackage
import Testing

/// Evidence that is not what it says it is: each kind is refused for its own reason.
struct ForgeryTests {
  private func reason(_ world: World, _ key: String, _ revision: String = "HEAD") async throws -> String {
    let answer = try await world.ask("evidence", "verify", revision, "--signer", key + ".pub")
    #expect(answer.status == 1, "\(answer.outcome)")
    #expect(answer.json["holds"].bool == false)
    #expect(answer.json["statements"][0]["holds"].bool == false)
    #expect(answer.json["statements"][0]["reason"]["message"].string?.isEmpty == false)
    return answer.json["statements"][0]["reason"]["code"].string ?? "none"
  }

  @Test(.world("greeter"))
  func whatWasAlteredIsRefused() async throws {
    let world = try World.current
    let (_, key, line) = try await world.signedCommit()
    var parts = try EnvelopeParts(line)
    let payload = String(decoding: parts.payload, as: UTF8.self)
    parts.payload = Data(payload.replacing(#""runs":1"#, with: #""runs":9"#).utf8)
    try await world.replaceNote(by: [parts.line])
    #expect(try await reason(world, key) == "signature-invalid", "the payload")

    parts = try EnvelopeParts(line)
    parts.signature[7] ^= 0x10
    try await world.replaceNote(by: [parts.line])
    #expect(try await reason(world, key) == "signature-invalid", "the signature")

    parts.signature = Data(parts.signature.prefix(20))
    try await world.replaceNote(by: [parts.line])
    #expect(try await reason(world, key) == "signature-malformed")

    let unsigned =
      #"{"payload":"\#(parts.payload.base64EncodedString())","payloadType":"\#(parts.type)","signatures":[]}"#
    try await world.replaceNote(by: [unsigned])
    #expect(try await reason(world, key) == "signature-missing")
    // Beside a forgery, the genuine one goes on to count.
    try await world.replaceNote(by: [unsigned, line, "a line of somebody else's"])
    let both = try await world.ask("evidence", "verify", "--signer", key + ".pub")
    #expect(both.status == 0 && both.json["statements"].array.count == 2, "\(both.outcome)")
  }

  @Test(.world("greeter"))
  func theRightSignatureOnOtherBytesIsRefused() async throws {
    let world = try World.current
    let (_, key, line) = try await world.signedCommit()
    var parts = try EnvelopeParts(line)
    parts.payload = Data(
      String(decoding: parts.payload, as: UTF8.self).replacing(#""isolation":""#, with: #""isolation":"better-"#).utf8)
    try await world.replaceNote(by: [parts.line, line])
    let answer = try await world.ask("evidence", "verify", "--signer", key + ".pub")
    let codes = answer.json["statements"].array.map { $0["reason"]["code"].string ?? "holds" }.sorted()
    #expect(codes == ["holds", "signature-of-other-bytes"], "\(answer.outcome)")
  }

  @Test(.world("greeter"))
  func aForeignKeyIsRefused() async throws {
    let world = try World.current
    let (_, _, _) = try await world.signedCommit()
    let other = try await world.makeKey("other.pem")
    #expect(try await reason(world, other) == "signer-unknown")
    // Under the trusted key's name it is refused as well.
    let signed = try await world.quench("evidence", "sign", environment: ["QUENCH_SIGNING_KEY": other])
    #expect(signed.status == 0, "\(signed)")
    #expect(try await world.verdictLines().count == 2)
  }

  @Test(.world("greeter"))
  func aReplayForAnotherTreeIsRefused() async throws {
    let world = try World.current
    let (_, key, line) = try await world.signedCommit()
    try world.write("greeter.py", try world.read(world.repository.appending("greeter.py")) + "\n# changed\n")
    try await world.commit("Change the service")
    try await world.replaceNote(by: [line])
    #expect(try await reason(world, key) == "subject-mismatch")
  }

  @Test(.world("greeter"))
  func aReplayForAnotherServiceIsRefused() async throws {
    let world = try World.current
    let text = GreeterConfiguration(suites: [("check", "true")]).text
    try world.write("other.yml", text.replacing("name: greeter", with: "name: other"))
    let (_, key, _) = try await world.signedCommit()
    #expect(try await world.quench("evidence", "verify", "--signer", key + ".pub").status == 0)
    let answer = try await world.ask(
      "evidence", "verify", "--config", "other.yml", "--signer", key + ".pub")
    #expect(answer.status == 1, "\(answer.outcome)")
    #expect(answer.json["statements"][0]["reason"]["code"].string == "service-mismatch")
  }

  @Test(.world("greeter"))
  func anArtifactWithOtherBytesIsRefused() async throws {
    let world = try World.current
    let (_, key, line) = try await world.signedCommit()
    let digest = try #require(try EnvelopeParts(line).statement["subject"][1]["digest"]["sha256"].string)
    let blob = world.state.pushing(FilePath("store/blobs/sha256/\(digest)")).string
    chmod(blob, 0o644)
    try Data("other bytes".utf8).write(to: URL(filePath: blob))
    #expect(try await reason(world, key) == "artifact-mismatch")
  }

  @Test(.world("greeter"))
  func withoutASignerNobodyIsTrustedUnlessTheGateNamesOne() async throws {
    let world = try World.current
    let (_, key, _) = try await world.signedCommit()
    let nobody = try await world.quench("evidence", "verify")
    #expect(nobody.status == 64 && nobody.stderr.contains("--signer"), "\(nobody)")
    let text = try world.read(world.repository.appending("quench.yml"))
    try world.write("quench.yml", text + "gate: { signers: [\(key).pub] }\n")
    #expect(try await world.quench("evidence", "verify").status == 0)
    let missing = try await world.quench("evidence", "verify", "--signer", "nowhere.pub")
    #expect(missing.status == 3 && missing.stderr.contains("nowhere.pub"), "\(missing)")
  }
}
