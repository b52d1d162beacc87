import Foundation
import SystemPackage
import Testing

/// What `verify` leaves as evidence, and who may sign it later.
struct AttestationTests {
  @Test(.world("greeter"))
  func verdictIsSignedAndKeptAsANote() async throws {
    let world = try World.current
    let key = try await world.makeKey()
    let verified = try await world.ask("verify", environment: ["QUENCH_SIGNING_KEY": key])
    #expect(verified.status == 0, "\(verified.outcome)")
    let commit = try await world.git("rev-parse", "HEAD"), tree = try await world.git("rev-parse", "HEAD^{tree}")
    #expect(verified.json["attestation"].string == "refs/notes/quench@\(commit)")
    let lines = try await world.noteLines()
    #expect(lines.count == 2, "the verdict, and how the build was made")
    let envelope = try EnvelopeParts(try #require(try await world.verdictLine()))
    let statement = try envelope.statement
    #expect(statement["_type"].string == "https://in-toto.io/Statement/v1")
    #expect(statement["predicateType"].string == "https://in-toto.io/attestation/test-result/v0.1")
    #expect(statement["subject"][0]["digest"]["gitCommit"].string == commit)
    #expect(statement["subject"][0]["digest"]["gitTree"].string == tree)
    #expect(statement["subject"][1]["digest"]["sha256"] == verified.json["build"]["digest"])
    #expect(statement["subject"][1]["name"].string == "greeter")
    let predicate = statement["predicate"]
    #expect(predicate["result"].string == "PASSED")
    #expect(predicate["annotations"]["build"]["key"] == verified.json["build"]["key"])
    #expect(predicate["annotations"]["build"]["mode"].string == "incremental")
    #expect(predicate["annotations"]["service"].string == "greeter")
    #expect(predicate["annotations"]["instances"].number == 2)
    for suite in verified.json["suites"].array {
      let name = try #require(suite["name"].string)
      let attested = predicate["configuration"].named(name)
      #expect(attested["digest"]["sha256"] == verified.json["suite_definitions"][name])
      #expect(attested["annotations"]["result"] == suite["result"])
      #expect(attested["annotations"]["definition"]["tests_from"].string == "revision")
    }
    let held = try await world.ask("evidence", "verify", "--signer", key + ".pub")
    #expect(held.status == 0, "\(held.outcome)")
    #expect(held.json["statements"][0]["holds"].bool == true)
    #expect(held.json["statements"][0]["artifact"].string == "in the store")
    if Product.has("openssl") { try await checkWithOpenSSL(envelope, key + ".pub", in: world) }
  }

  @Test(.world("greeter"))
  func howTheBuildWasMadeIsSignedWhereItWasMade() async throws {
    let world = try World.current
    let key = try await world.makeKey()
    let verified = try await world.ask("verify", environment: ["QUENCH_SIGNING_KEY": key])
    #expect(verified.status == 0, "\(verified.outcome)")
    let commit = try await world.git("rev-parse", "HEAD"), build = verified.json["build"]
    func provenances() async throws -> [EnvelopeParts] {
      try await world.noteLines().map { try EnvelopeParts($0) }.filter {
        try $0.statement["predicateType"].string == "https://slsa.dev/provenance/v1"
      }
    }
    let envelope = try #require(try await provenances().first), statement = try envelope.statement
    #expect(statement["subject"][0]["digest"]["sha256"] == build["digest"])
    let definition = statement["predicate"]["buildDefinition"]
    #expect(definition["resolvedDependencies"][0]["digest"]["gitCommit"].string == commit)
    #expect(definition["internalParameters"]["key"] == build["key"])
    #expect(definition["externalParameters"]["build"].string?.contains("greeter") == true, "\(statement)")
    let log = statement["predicate"]["runDetails"]["byproducts"][0]["digest"]["sha256"].string
    #expect(log?.count == 64, "\(statement)")
    if Product.has("openssl") { try await checkWithOpenSSL(envelope, key + ".pub", in: world) }
    let shown = try await world.ask("evidence", "show")
    let told = shown.json["statements"].array.first { $0["kind"].string == "build" }
    #expect(told?["build"]["command"].string?.contains("greeter") == true, "\(shown.outcome)")
    #expect(try await world.quench("evidence", "show").stdout.contains("built  incremental"))
    // A build that is in the store already was made by another run, of which this one says nothing.
    let other = try await world.makeKey("other.pem")
    let again = try await world.ask("verify", environment: ["QUENCH_SIGNING_KEY": other])
    #expect(again.status == 0 && again.json["build"]["cached"].bool == true, "\(again.outcome)")
    #expect(try await provenances().count == 1)
  }

  private func checkWithOpenSSL(_ envelope: EnvelopeParts, _ key: String, in world: World) async throws {
    let message = Data("DSSEv1 \(envelope.type.utf8.count) \(envelope.type) \(envelope.payload.count) ".utf8)
    let file = world.root.appending("message").string, signature = world.root.appending("signature").string
    try (message + envelope.payload).write(to: URL(filePath: file))
    try envelope.signature.write(to: URL(filePath: signature))
    try await world.tool(
      "openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-in", file, "-sigfile", signature)
  }

  @Test(.world("greeter"))
  func aKeyInTheVariableItselfSignsToo() async throws {
    let world = try World.current
    let key = try await world.makeKey()
    let text = try world.read(FilePath(key))
    // What is under test looks for it in its environment and in that of every process.
    let hunt = "! env | grep SIGNING && ! grep -aqs 'BEGIN PRIVATE[ ]KEY' /proc/[0-9]*/environ"
    try world.write("quench.yml", GreeterConfiguration(suites: [("hunt", hunt)]).text)
    try await world.commit("Hunt for the key")
    let verified = try await world.ask("verify", environment: ["QUENCH_SIGNING_KEY": text])
    if verified.json["isolation"].string == "none" { try Test.cancel("this machine has no Landlock") }
    #expect(verified.status == 0 && verified.json["attestation"].string != nil, "\(verified.outcome)")
    #expect(try await world.quench("evidence", "verify", "--signer", key + ".pub").status == 0)
    #expect(!verified.outcome.text.contains(text.split(separator: "\n")[1]))
  }

  @Test(.world("greeter"), arguments: [("false", 1, "FAILED"), ("sleep 30", 2, "INCONCLUSIVE")])
  func whatDidNotPassIsAttestedAsFailed(suite: String, status: Int32, word: String) async throws {
    let world = try World.current
    let key = try await world.makeKey()
    try world.write("quench.yml", GreeterConfiguration(suites: [("check", suite)]).text)
    let verified = try await world.ask(
      "verify", "--time-limit", status == 2 ? "8s" : "100s", environment: ["QUENCH_SIGNING_KEY": key])
    #expect(verified.status == status && verified.json["result"].string == word, "\(verified.outcome)")
    let statement = try EnvelopeParts(try #require(try await world.noteLines().first)).statement
    #expect(statement["predicate"]["result"].string == "FAILED")
    #expect(statement["predicate"]["annotations"]["result"].string == word)
    #expect(try await world.quench("evidence", "verify", "--signer", key + ".pub").status == 0, "it is sound evidence")
  }

  @Test(.world("greeter"))
  func withoutAKeyTheVerdictIsUnsignedAndAnotherJobSignsIt() async throws {
    let world = try World.current
    try world.write("quench.yml", GreeterConfiguration(suites: [("check", "true")]).text)
    try await world.commit("Check")
    let folder = world.root.appending("out").string
    let verified = try await world.ask("verify", "--artifacts", folder)
    #expect(verified.status == 0)
    #expect(verified.json["attestation"] == .null)
    #expect(verified.outcome.stderr.split(separator: "\n").count { $0.contains("not signed") } == 1)
    #expect(try await world.quench("evidence", "show").status == 1)
    #expect(try await world.quench("evidence", "sign").status == 3, "there is no key")
    let key = try await world.makeKey()
    // A second job, which has the commit, the key and the file, and nothing else.
    let second = world.root.appending("second")
    try await world.git("clone", "--quiet", world.repository.string, second.string)
    let signed = try await world.quench(
      "evidence", "sign", "HEAD", "--statement", folder + "/statement.intoto.jsonl",
      environment: ["QUENCH_SIGNING_KEY": key],
      in: second)
    #expect(signed.status == 0, "\(signed)")
    let held = try await world.quench("evidence", "verify", "--signer", key + ".pub", in: second)
    #expect(held.status == 0 && held.text.contains("not in this store"), "\(held)")
    // The first one's ledger gives the very same statement, which is kept once.
    let own = try await world.ask("evidence", "sign", environment: ["QUENCH_SIGNING_KEY": key])
    #expect(own.status == 0 && own.json["added"].bool == true, "\(own.outcome)")
    let again = try await world.ask("evidence", "sign", environment: ["QUENCH_SIGNING_KEY": key])
    #expect(again.json["added"].bool == false, "\(again.outcome)")
    #expect(try await world.noteLines() == (try await world.noteLines(in: second)))
    // About another commit it is not signed.
    try await world.commit("Another")
    try world.write("file", "x")
    try await world.commit("Another tree")
    let other = try await world.ask(
      "evidence", "sign", "HEAD", "--statement", folder + "/statement.intoto.jsonl",
      environment: ["QUENCH_SIGNING_KEY": key])
    #expect(other.status == 3 && other.json["code"].string == "subject-mismatch", "\(other.outcome)")
  }

  @Test(.world("greeter"))
  func knownVerdictsAreAttestedOnceForEachCommit() async throws {
    let world = try World.current
    let (commit, key, line) = try await world.signedCommit()
    let same = try await world.commit("The same again")
    for _ in 0..<2 {
      let range = try await world.ask("verify", "HEAD~2..HEAD", environment: ["QUENCH_SIGNING_KEY": key])
      #expect(range.status == 0, "\(range.outcome)")
      #expect(range.json["verdicts"].array.allSatisfy { $0["cached_verdict"].bool == true })
      #expect(range.json["verdicts"][0]["attestation"].string == "refs/notes/quench@\(same)")
    }
    #expect(try await world.verdictLines(on: commit) == [line])
    #expect(try await world.noteLines(on: same).count == 1)
  }

  @Test(.world("greeter"))
  func aVerdictCountsForEveryCommitWithTheTree() async throws {
    let world = try World.current
    let (commit, key, _) = try await world.signedCommit()
    try await world.commit("Nothing changed")
    let shown = try await world.ask("evidence", "show")
    #expect(shown.status == 0 && shown.json["statements"][0]["revision"].string == commit, "\(shown.outcome)")
    let held = try await world.ask("evidence", "verify", "--signer", key + ".pub")
    #expect(held.status == 0 && held.json["holds"].bool == true, "\(held.outcome)")
    // Also when the commit that was verified is gone, as after a squash elsewhere.
    let clone = world.root.appending("clone")
    try await world.git("checkout", "--quiet", "--orphan", "squashed")
    try await world.commit("All in one")
    try await world.git("clone", "--quiet", "--single-branch", "file://\(world.repository)", clone.string)
    let fetched = try await world.quench("evidence", "fetch", in: clone)
    #expect(fetched.status == 0, "\(fetched)")
    #expect(try await world.git("cat-file", "-t", "HEAD", in: clone) == "commit")
    let squashed = try await world.quench("evidence", "verify", "--signer", key + ".pub", in: clone)
    #expect(squashed.status == 0, "\(squashed)")
  }
}
