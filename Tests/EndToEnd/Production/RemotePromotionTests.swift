import Foundation
import Subprocess
import SystemPackage
import Testing

/// A CI job on one side promotes to a `serve` on the other, over TLS.
struct RemotePromotionTests {
  /// A production host, a clone that is a CI job's, and a bare remote between them.
  private struct Sides {
    let production: Production
    let ci: FilePath
    let key: String
    let port: Int

    var world: World { production.world }
    var url: String { "https://127.0.0.1:\(port)" }
    var authorities: String { world.repository.appending("certs").appending("api.pem").string }

    static func begin(clients: Bool = false) async throws -> Sides {
      let production = try await Production.begin(revisions: 1), world = production.world
      let remote = world.root.appending("remote.git").string, ci = world.root.appending("ci")
      try await world.git("clone", "--quiet", "--bare", ".", remote)
      try await world.git("remote", "add", "origin", remote)
      try await world.git("clone", "--quiet", remote, ci.string)
      try await world.tool(
        "sh", "-c",
        """
        mkdir certs && cd certs && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
          -subj /CN=api -addext subjectAltName=IP:127.0.0.1 -keyout api.key -out api.pem 2>&1
        """)
      let key = try await world.makeKey(), port = LoopbackPort.free()
      let text = try world.read(world.repository.appending("quench.yml"))
      let others = clients ? ", clients: { authorities: certs/api.pem, can: [promote] }" : ""
      try world.write(
        "quench.yml",
        text.replacing("gate: {", with: "gate: { signers: [\(key).pub],")
          + "api: { listen: 127.0.0.1:\(port), certificate: certs/api.pem, key: certs/api.key\(others) }\n")
      return Sides(production: production, ci: ci, key: key, port: port)
    }

    /// Commits in the CI job's clone, and pushes; the host has not heard of it.
    func commit(_ subject: String) async throws -> String {
      let file = ci.appending("turncoat.py")
      try world.write(file.string, try world.read(file) + "# \(subject)\n", executable: true)
      try await world.git("commit", "--quiet", "--all", "--message", subject, in: ci)
      try await world.git("push", "--quiet", "origin", "HEAD", in: ci)
      return try await world.git("rev-parse", "HEAD", in: ci)
    }

    func verify(signedBy key: String? = nil) async throws {
      let verdict = try await world.quench("verify", environment: ["QUENCH_SIGNING_KEY": key ?? self.key], in: ci)
      try #require(verdict.status == 0, "\(verdict)")
    }

    func token(_ name: String, can scopes: String, _ more: String...) async throws -> (text: String, id: String) {
      var arguments = ["token", "new", name, "--can", scopes, "--format", "json"]
      arguments += more
      let outcome = try await world.command(arguments).run()
      try #require(outcome.status == 0, "\(outcome)")
      let json = try JSONValue(document: outcome.stdout)
      return (try #require(json["token"].string), try #require(json["id"].string))
    }

    func promote(_ revision: String = "HEAD", token: String?, _ more: String...) async throws -> Outcome {
      try await world.command(
        ["promote", revision, "--to", url, "--ca", authorities, "--format", "json"] + more,
        environment: token.map { ["QUENCH_TOKEN": $0] } ?? [:], in: ci
      ).run()
    }

    /// The digest of the artifact that the evidence on the CI job's HEAD speaks of.
    func digest() async throws -> String {
      let shown = try await world.quench("evidence", "show", "--format", "json", in: ci)
      return try #require(try JSONValue(document: shown.stdout)["statements"][0]["digest"].string)
    }

    /// Asks as no `quench` would; the status, then the body.
    func curl(_ arguments: String..., token: String) async throws -> String {
      try await Command(
        executable: .name("curl"),
        arguments: [
          "--silent", "--cacert", authorities, "--header", "Authorization: Bearer \(token)", "--write-out",
          " %{http_code}",
        ] + arguments, environment: world.environment, folder: ci
      ).run().stdout
    }
  }

  @Test(.world("turncoat"))
  func signedBuildGoesToProductionElsewhere() async throws {
    let sides = try await Sides.begin(), world = sides.world
    let revision = try await sides.commit("A new one")
    let token = try await sides.token("ci", can: "promote,read", "--expires", "1h")
    #expect(try await world.quench("verify", in: sides.ci).status == 0)
    let served = try await sides.production.serving { _ in
      let unsigned = try await sides.promote(token: token.text)
      #expect(unsigned.status == 3 && unsigned.stderr.contains("nobody has signed"), "\(unsigned)")
      try await sides.verify()
      let outcome = try await sides.promote(token: token.text)
      #expect(outcome.status == 0, "\(outcome)")
      let json = try JSONValue(document: outcome.stdout)
      #expect(json["result"].string == "PROMOTED" && json["to"].string == revision, "\(outcome)")
      #expect(json["actor"].string == "ci", "who asks is who has the token: \(outcome)")
      #expect(outcome.stderr.contains("sent"), "the host had no such artifact: \(outcome)")
      try sides.production.answers(revision)
      let again = try await sides.promote(token: token.text)
      #expect(again.status == 1 && again.stderr.contains("is there"), "\(again)")
    }
    #expect(served.stdout.contains("asked ci"), "it is written down: \(served)")
    #expect(!served.text.contains(token.text))
    #expect(try !world.text(below: world.state).contains(token.text), "nothing keeps the token itself")
  }

  @Test(.world("turncoat"))
  func whoMayNotIsRefused() async throws {
    let sides = try await Sides.begin(), world = sides.world
    let revision = try await sides.commit("A new one")
    try await sides.verify()
    let good = try await sides.token("ci", can: "promote"), reader = try await sides.token("eye", can: "read")
    let revoked = try await sides.token("old", can: "promote")
    #expect(try await world.quench("token", "revoke", revoked.id).status == 0)
    let short = try await sides.token("brief", can: "promote", "--expires", "1s")
    try await sides.production.serving { _ in
      let wrong = good.text.dropLast(8) + "00000000"
      let expired = try await comesTrue(within: .seconds(5)) {
        try await sides.curl(sides.url + "/v1/status", token: short.text).contains("has expired")
      }
      #expect(expired)
      for (token, word) in [
        (String(wrong), "none of this host's"), ("quench_nonsense", "none of this host's"),
        (revoked.text, "was revoked"), (reader.text, "not good for promote"),
      ] {
        let outcome = try await sides.promote(token: token)
        #expect(outcome.status == 3 && outcome.stderr.contains(word), "\(outcome)")
      }
      // What is asked for from afar is checked as it comes, whoever it is that asks.
      let orders = [
        (#"{"revision":"main","actor":"x","wait":false}"#, "whole object id"),
        (#"{"revision":"\#(revision)","actor":"x","wait":false,"bake_seconds":1e30}"#, "a week"),
        (#"{"revision":"\#(revision)","actor":"x","wait":false,"no_way_back":" "}"#, "says why"),
      ]
      for (order, word) in orders {
        let answer = try await sides.curl("-X", "POST", "--data", order, sides.url + "/v1/promotions", token: good.text)
        #expect(answer.contains(word) && answer.hasSuffix("422"), "\(answer)")
      }
      let none = try await sides.promote(token: nil)
      #expect(none.status == 3 && none.stderr.contains("QUENCH_TOKEN"), "\(none)")
      let strange = try await world.quench("promote", "HEAD", "--to", sides.url, in: sides.ci)
      #expect(strange.status == 3 && strange.stderr.contains("trusted"), "the certificate is not known: \(strange)")
      #expect(try await world.quench("promote", "HEAD", "--to", "http://127.0.0.1:1", in: sides.ci).status == 64)
      #expect(try await sides.production.instances().isEmpty, "nothing was started")
      // A rollback, or the end of everything, is not for it to ask for.
      #expect(
        try await sides.curl("-X", "POST", "--data", "{}", sides.url + "/v1/down", token: good.text).hasSuffix("404"))
      var answers: [String] = []
      for _ in 0..<40 { answers.append(String(try await sides.curl(sides.url + "/v1/status", token: "x").suffix(3))) }
      #expect(answers.first == "401" && answers.last == "429", "\(answers)")
      let heard = try await sides.promote(token: good.text)
      #expect(heard.status == 0, "whoever shows a good token is heard, whoever else guesses: \(heard)")
    }
  }

  @Test(.world("turncoat"))
  func doctorLooksAtWhatIsAnsweredWith() async throws {
    let sides = try await Sides.begin(), world = sides.world
    let well = try await world.quench("doctor")
    #expect(well.status == 0 && well.stdout.contains(sides.url), "\(well)")
    try await world.tool("rm", "certs/api.key", in: world.repository)
    for verb in ["doctor", "serve"] {
      let ill = try await world.quench(verb)
      #expect(ill.status == 3 && ill.text.contains("the key") && ill.text.contains("api.key"), "\(ill)")
    }
  }

  @Test(.world("turncoat"))
  func onCallLooksFreezesAndRollsBackFromAfar() async throws {
    let sides = try await Sides.begin(), world = sides.world
    _ = try await sides.commit("A new one")
    try await sides.verify()
    let ci = try await sides.token("ci", can: "promote")
    let onCall = try await sides.token("on-call", can: "read,rollback,freeze")
    @Sendable func ask(_ arguments: String..., token: String) async throws -> Outcome {
      try await world.command(
        arguments + ["--to", sides.url, "--ca", sides.authorities], environment: ["QUENCH_TOKEN": token], in: sides.ci
      ).run()
    }
    try await world.quench("evidence", "sign", sides.production.first, environment: ["QUENCH_SIGNING_KEY": sides.key])
    try await sides.production.serving { _ in
      try await sides.production.promote(sides.production.first)
      #expect(try await sides.promote(token: ci.text).status == 0)
      #expect(try await ask("status", token: onCall.text).text.contains("healthy"))
      let frozen = try await ask("freeze", "the sale", token: onCall.text)
      #expect(frozen.status == 0 && frozen.text.contains("by on-call"), "\(frozen)")
      #expect(try await ask("unfreeze", token: onCall.text).status == 0)
      for verb in ["rollback", "status"] {
        let denied = try await ask(verb, token: ci.text)
        #expect(denied.status == 3 && denied.text.contains("not good for"), "\(verb): \(denied)")
      }
      let back = try await ask("rollback", token: onCall.text)
      #expect(back.status == 0 && back.text.contains("ROLLED BACK"), "\(back)")
      try sides.production.answers(sides.production.first)
    }
  }

  /// The host's own branch stays where it is; what it follows is fetched.
  @Test(.world("turncoat"))
  func branchThatIsPromotedFromIsThatOfTheRemote() async throws {
    let sides = try await Sides.begin(), world = sides.world
    let branch = try await world.git("branch", "--show-current")
    try await world.git("fetch", "--quiet", "origin")
    try await world.git("branch", "--quiet", "--set-upstream-to", "origin/\(branch)")
    let text = try world.read(world.repository.appending("quench.yml"))
    try world.write("quench.yml", text.replacing("gate: {", with: "gate: { branch: \(branch),"))
    try await world.git("switch", "--quiet", "--create", "aside", in: sides.ci)
    let revision = try await sides.commit("Not merged yet")
    try await sides.verify()
    let token = try await sides.token("ci", can: "promote")
    try await sides.production.serving { _ in
      let aside = try await sides.promote(token: token.text)
      #expect(aside.status == 1 && aside.stdout.contains("not on \(branch)"), "\(aside)")
      try await world.git("push", "--quiet", "origin", "HEAD:\(branch)", in: sides.ci)
      let merged = try await sides.promote(token: token.text)
      #expect(merged.status == 0, "\(merged)")
      try sides.production.answers(revision)
      #expect(try await world.git("rev-parse", branch) != revision, "nobody pulled")
    }
  }

  @Test(.world("turncoat"))
  func overridingTakesAScopeOfItsOwn() async throws {
    let sides = try await Sides.begin(), world = sides.world
    try world.write(sides.ci.appending("bad").string, "")
    try await world.git("add", "bad", in: sides.ci)
    let bad = try await sides.commit("A bad one")
    let verdict = try await world.quench("verify", environment: ["QUENCH_SIGNING_KEY": sides.key], in: sides.ci)
    #expect(verdict.status == 1, "\(verdict)")
    let promoter = try await sides.token("ci", can: "promote")
    let breaker = try await sides.token("on-call", can: "promote,override")
    let served = try await sides.production.serving { _ in
      let refused = try await sides.promote(token: promoter.text)
      #expect(refused.status == 1, "\(refused)")
      let forbidden = try await sides.promote(token: promoter.text, "--override", "checkout is down")
      #expect(forbidden.status == 3 && forbidden.stderr.contains("not good for override"), "\(forbidden)")
      #expect(try await sides.production.instances().isEmpty, "nothing was started")
      let overridden = try await sides.promote(token: breaker.text, "--override", "checkout is down")
      #expect(overridden.status == 0, "\(overridden)")
      try sides.production.answers(bad)
      let override = try await sides.production.status()["override"]
      #expect(override["actor"].string == "on-call" && override["reason"].string == "checkout is down")
      let audit = try await world.ask("audit")
      let said = audit.json["events"].array.map { "\($0["event"].string ?? "") \($0["subject"].string ?? "")" }
      #expect(said.contains("denied ci") && said.contains("asked on-call"), "\(audit.outcome)")
    }
    #expect(served.stdout.contains("overridden cold"), "\(served)")
  }

  @Test(.world("turncoat"))
  func tenThousandGuessesGetNowhere() async throws {
    let sides = try await Sides.begin()
    try await sides.production.serving { _ in
      let guess = "quench_\(String(repeating: "a", count: 12))_\(String(repeating: "b", count: 64))"
      let answers = try await Command(
        executable: .name("curl"),
        arguments: [
          "--silent", "--cacert", sides.authorities, "--header", "Authorization: Bearer \(guess)", "--output",
          "/dev/null", "--write-out", "%{http_code}\n", sides.url + "/v1/status?guess=[1-10000]",
        ], environment: sides.world.environment, folder: sides.ci
      ).run().stdout.split(separator: "\n")
      #expect(answers.count == 10_000 && Set(answers) == ["401", "429"], "\(Set(answers))")
      // The limit is renewed each minute, in which some twenty are looked at.
      #expect(answers.count { $0 == "401" } < 200)
      #expect(try await sides.production.instances().isEmpty, "nothing was started")
    }
  }

  @Test(.world("turncoat"))
  func whatIsBroughtIsChecked() async throws {
    let sides = try await Sides.begin(), world = sides.world
    let revision = try await sides.commit("A new one")
    try await sides.verify(signedBy: try await world.makeKey("other.pem"))
    let token = try await sides.token("ci", can: "promote")
    try await sides.production.serving { _ in
      let foreign = try await sides.promote(token: token.text)
      #expect(foreign.status == 3 && foreign.stderr.contains("no evidence that counts"), "\(foreign)")
      #expect(
        try await world.quench("evidence", "sign", environment: ["QUENCH_SIGNING_KEY": sides.key], in: sides.ci).status
          == 0)

      // Half of the artifact, then something else in its place, then all of it.
      #expect(try await world.quench("evidence", "export", "--output", "all.jsonl", in: sides.ci).status == 0)
      let taken = try await sides.curl("--data-binary", "@all.jsonl", sides.url + "/v1/evidence", token: token.text)
      #expect(taken.contains(#""trusted":1"#), "\(taken)")
      let digest = try await sides.digest()
      let place = "\(sides.url)/v1/artifacts/\(digest)?revision=\(revision)"
      let blob = sides.ci.pushing(FilePath(".quench/store/blobs/sha256/\(digest)")).string
      let size = try await world.tool("stat", "-c", "%s", blob)
      try await world.tool("sh", "-c", "head -c 1000 '\(blob)' >half; head -c \(size) /dev/zero >zeros", in: sides.ci)
      let half = try await sides.curl("-T", "half", place + "&offset=0&size=\(size)", token: token.text)
      #expect(half.contains(#""received":1000"#) && half.hasSuffix("200"), "\(half)")
      let resumed = try await sides.promote(token: token.text)
      #expect(resumed.status == 0 && resumed.stderr.contains("goes on from"), "\(resumed)")
      try sides.production.answers(revision)

      let next = try await sides.commit("Another one")
      try await sides.verify()
      #expect(try await world.quench("evidence", "export", "--output", "all.jsonl", in: sides.ci).status == 0)
      _ = try await sides.curl("--data-binary", "@all.jsonl", sides.url + "/v1/evidence", token: token.text)
      let other = try await sides.digest()
      let wrong = "\(sides.url)/v1/artifacts/\(other)?revision=\(next)&offset=0&size=\(size)"
      let refused = try await sides.curl("-T", "zeros", wrong, token: token.text)
      #expect(refused.contains("digest-mismatch") && refused.hasSuffix("422"), "\(refused)")
      let unknown = String(repeating: "0", count: 64)
      let unwanted = try await sides.curl(
        "-T", "zeros", "\(sides.url)/v1/artifacts/\(unknown)?revision=\(next)&offset=0&size=\(size)", token: token.text)
      #expect(unwanted.contains("artifact-refused") && unwanted.hasSuffix("422"), "\(unwanted)")
      try sides.production.answers(revision, "production is untouched")
    }
  }

  @Test(.world("turncoat"))
  func clientCertificateIsEnoughWhereItIsAskedFor() async throws {
    let sides = try await Sides.begin(clients: true), world = sides.world
    _ = try await sides.commit("A new one")
    try await sides.verify()
    let key = world.repository.appending("certs").appending("api.key").string
    try await sides.production.serving { _ in
      let without = try await sides.promote(token: nil)
      #expect(without.status == 3, "\(without)")
      let with = try await sides.promote(
        token: nil, "--client-certificate", sides.authorities, "--client-key", key)
      #expect(with.status == 0, "\(with)")
    }
  }
}
