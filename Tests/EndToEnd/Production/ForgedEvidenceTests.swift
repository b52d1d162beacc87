import Foundation
import SystemPackage
import Testing

/// Evidence that is not what it says it is, or not what the policy asks for, brings nothing to production.
struct ForgedEvidenceTests {
  /// Writes the host's file with these rules of the gate, beside whose signatures count.
  private static func gate(_ production: Production, _ key: String, _ rules: String = "", smoke: String? = nil) throws {
    var configuration = production.configuration
    if let smoke { configuration.smoke = smoke }
    let text = configuration.text.replacing("gate: {", with: "gate: { signers: [\(key).pub], \(rules)")
    try production.world.write("quench.yml", text)
  }

  private static func sign(_ revision: String, _ key: String, in world: World) async throws {
    let signed = try await world.quench("evidence", "sign", revision, environment: ["QUENCH_SIGNING_KEY": key])
    #expect(signed.status == 0, "\(signed)")
  }

  @Test(.world("turncoat"))
  func whatWasForgedIsRefusedAndProductionUntouched() async throws {
    let production = try await Production.begin()
    let world = production.world, first = production.first, second = production.second
    let key = try await world.makeKey(), other = try await world.makeKey("other.pem")
    try Self.gate(production, key)
    try await Self.sign(first, key, in: world)
    try await production.serving { _ in
      try await production.promote(first)
      try await production.refuses(second, because: "no key of gate.signers has signed")
      try await Self.sign(second, other, in: world)
      try await production.refuses(second, because: "no key of gate.signers has signed")

      let replayed = try #require(try await world.verdictLine(on: first))
      try await world.replaceNote(on: second, by: [replayed])
      try await production.refuses(second, because: "no key of gate.signers has signed")

      try await Self.sign(second, key, in: world)
      let genuine = try #require(try await world.verdictLines(on: second).first { $0 != replayed })
      var altered = try EnvelopeParts(genuine)
      altered.payload = Data(
        String(decoding: altered.payload, as: UTF8.self).replacing(#""runs":1"#, with: #""runs":9"#).utf8)
      try await world.replaceNote(on: second, by: [altered.line])
      try await production.refuses(second, because: "no key of gate.signers has signed")
      altered = try EnvelopeParts(genuine)
      altered.signature[7] ^= 0x10
      try await world.replaceNote(on: second, by: [altered.line])
      try await production.refuses(second, because: "no key of gate.signers has signed")
      var swapped = try EnvelopeParts(genuine)
      swapped.signature = try EnvelopeParts(replayed).signature
      try await world.replaceNote(on: second, by: [swapped.line])
      try await production.refuses(second, because: "no key of gate.signers has signed")

      // Of the same bytes, but as another service.
      let text = try world.read(world.repository.appending("quench.yml"))
      try world.write("other.yml", text.replacing("name: turncoat", with: "name: other"))
      try await world.git("notes", "--ref=quench", "remove", second)
      let verified = try await world.quench(
        "verify", second, "--config", "other.yml", environment: ["QUENCH_SIGNING_KEY": key])
      #expect(verified.status == 0, "\(verified)")
      try await production.refuses(second, because: "no key of gate.signers has signed")

      // Beside all that, what is genuine goes on to count, for the very bytes alone.
      try await world.replaceNote(on: second, by: [genuine, altered.line, swapped.line])
      let digest = try #require(try EnvelopeParts(genuine).statement["subject"][1]["digest"]["sha256"].string)
      let blob = world.state.pushing(FilePath("store/blobs/sha256/\(digest)")).string
      try await world.tool("sh", "-c", "cp '\(blob)' '\(blob).kept' && chmod u+w '\(blob)' && echo x >>'\(blob)'")
      try await production.refuses(second, because: "its bytes hash to")
      try await world.tool("mv", "\(blob).kept", blob)
      try await production.promote(second)
    }
  }

  @Test(.world("turncoat"))
  func whatThePolicyDoesNotTakeIsRefusedAndProductionUntouched() async throws {
    let production = try await Production.begin()
    let world = production.world, first = production.first, second = production.second
    let key = try await world.makeKey()
    try Self.gate(production, key)
    for revision in production.revisions { try await Self.sign(revision, key, in: world) }
    try await world.git("branch", "release", first)
    try await production.serving { _ in
      try await production.promote(first)
      try Self.gate(production, key, "branch: release,")
      try await production.refuses(second, because: "not on release")
      try Self.gate(production, key, "max-age: 1s,")
      try await production.refuses(second, because: "longer ago than gate.max-age allows")
      try Self.gate(production, key, smoke: "test ! -e worse")
      try await production.refuses(second, because: "has changed since it ran")
      try Self.gate(production, key, smoke: "sleep 300")
      let endless = try await world.ask(
        "verify", second, "--time-limit", "3s", environment: ["QUENCH_SIGNING_KEY": key])
      #expect(endless.json["result"].string == "INCONCLUSIVE", "\(endless.outcome)")
      try await production.refuses(second, because: "smoke")
      try Self.gate(production, key)
      try await production.promote(second)
      try Self.gate(production, key, "fast-forward: true,")
      try await production.refuses(first, because: "does not descend from what is live", live: second)
    }
  }
}
