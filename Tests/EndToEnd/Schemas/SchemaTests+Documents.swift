import Foundation
import SystemPackage
import Testing

/// Documents of commands that need no production.
extension SchemaTests {
  @Test(.world("greeter"))
  func verdictsAndWhatIsMadeOfThem() async throws {
    let world = try World.current, check = SchemaCheck()
    let configuration = GreeterConfiguration(
      build: "test ! -e broken && mkdir -p build && cp greeter.py build/greeter",
      suites: [("smoke", "./smoke.sh"), ("check", "test ! -e bad || { echo it is bad; false; }")]
    ).text
    let first = try await world.git("rev-parse", "HEAD")
    try world.write("quench.yml", configuration)
    let good = try await world.commit("A good one")
    try world.write("bad", "")
    let bad = try await world.commit("A bad one")
    try world.write("broken", "")
    let broken = try await world.commit("A broken one")
    try world.write("quench.yml", configuration.replacing("  name:", with: "  nom: x\n  name:"))
    let wrong = try await world.commit("A wrong one")
    try world.write("quench.yml", configuration)
    let last = try await world.commit("A right one")

    let verdict = "quench.verdict/v1"
    #expect(try await check.ask("verify", good, of: verdict)["result"].string == "PASSED")
    let failed = try await check.ask("verify", bad, "--repeat", "2", of: verdict, status: 1)
    #expect(failed["result"].string == "FAILED" && failed["flakiness"].array.count == 2)
    let stopped = try await check.ask("verify", broken, of: verdict, status: 3)
    #expect(stopped["hindrance"].string == "build" && stopped["build"] == .null)
    let late = try await check.ask("verify", good, "--again", "--time-limit", "1ms", of: verdict, status: 2)
    #expect(late["hindrance"].string == "time-limit")
    let range = try await check.ask("verify", "\(first)..\(wrong)", of: "quench.verdicts/v1", status: 1)
    #expect(range["verdicts"].array.map(\.["hindrance"].string) == ["configuration", "build", nil, nil])
    #expect(range["verdicts"].array.contains { $0["cached_verdict"].bool == true })
    let left = try await check.ask(
      "verify", "\(first)..\(wrong)", "--again", "--time-limit", "1ms", of: "quench.verdicts/v1", status: 3)
    #expect(!left["not_verified"].array.isEmpty)

    let bisection = "quench.bisection/v1"
    // The suite looks at the files of the revision, and not at the service.
    let own = ["--tests-from", "revision"]
    let found = try await check.ask(["bisect", "--good", good, "--bad", bad, "--confirm"] + own, of: bisection)
    #expect(found["culprits"][0]["confirmed"].bool == true && found["culprits"][0]["revert_passes"].bool == true)
    try await check.ask("bisect", "--good", first, "--bad", good, of: bisection, status: 1)
    let open = try await check.ask(
      "bisect", "--good", first, "--bad", broken, "--max-runs", "1", "--", "test", "!", "-e", "bad", of: bisection,
      status: 2)
    #expect(open["found"].bool == false)
    let run = try await check.ask(
      "bisect", "--good", first, "--bad", broken, "--", "test", "!", "-e", "bad", of: bisection)
    #expect(run["culprits"][0]["revision"].string == bad)

    try await check.ask("why", good, of: "quench.decision/v1")
    try await check.ask("why", broken, of: "quench.decision/v1", status: 1)
    let history = try await check.ask("history", last, of: "quench.history/v1")
    #expect(history["commits"].array.map(\.["result"].string).contains(nil))
    try await check.ask("history", "--production", of: "quench.production-history/v1")
    try await check.ask("report", good, "--html", "page.html", of: "quench.report/v1")
    let logs = try await check.ask("logs", of: "quench.logs/v1")
    let instance = try #require(logs["logs"][0]["instance"].string)
    #expect(try await check.ask("logs", instance, of: "quench.logs/v1")["logs"][0]["lines"] != .null)
    try await check.ask("audit", of: "quench.audit/v1")
    try await check.ask("doctor", of: "quench.doctor/v1")
    try await check.ask("gc", "--keep-size", "1GB", "--older-than", "30d", of: "quench.gc/v1")
    try await check.conclude()
  }

  @Test(.world("greeter"))
  func hotSetAndErrors() async throws {
    let world = try World.current, check = SchemaCheck()
    let (old, new) = try await world.beginHotSet()
    let hot = "quench.hot/v1", error = "quench.error/v1"
    try await check.ask("hot", "status", of: error, status: 3)
    #expect(try await check.ask("hot", "deploy", old, of: hot)["move"].string == "started")
    #expect(try await check.ask("hot", "deploy", new, of: hot)["from"].string == old)
    _ = try await world.retainedIsReady()
    #expect(try await check.ask("hot", "status", of: hot)["retained"].array.count == 1)
    let verified = try await check.ask("verify", old, of: "quench.verdict/v1")
    #expect(verified["rolled_back_to"].string == new)
    #expect(try await check.ask("hot", "rollback", of: hot)["move"].string == "switched")
    #expect(try await check.ask("hot", "stop", of: hot)["instances"][0]["pid"] == .null)
    try await check.ask("hot", "status", of: hot, status: 1)
    try await check.ask("hot", "start", of: hot)
    #expect(try await check.ask("hot", "stop", "--remove", of: hot)["revision"] == .null)

    try await check.ask("cost", "--worked-case", of: "quench.cost/v1")
    try await check.ask(
      "cost", "plan", "--rate", "200", "--service-time", "20ms", "--mtbf", "100h", "--mttr", "1m", "--availability",
      "0.999", "--verify", of: "quench.cost-plan/v1")
    try await check.ask("verify", "nowhere", of: error, status: 64)
    try await check.ask("verify", "--no-such-option", of: error, status: 64)
    try await check.ask("status", of: error, status: 3)
    try await check.ask("promote", new, of: error, status: 3)
    try world.replace("  name: greeter", by: "  nom: greeter", in: "quench.yml")
    try await world.commit("A wrong one")
    try await check.ask("verify", of: error, status: 78)
    try await check.conclude()
  }

  @Test(.world("greeter"))
  func keysEvidenceAndTokens() async throws {
    let world = try World.current, check = SchemaCheck()
    try world.write("quench.yml", GreeterConfiguration(suites: [("check", "true")]).text)
    let commit = try await world.commit("Sign")
    let key = world.root.appending("ci.pem").string, other = world.root.appending("other.pem").string
    let nobody = world.root.appending("nobody.pem").string
    for file in [key, other, nobody] { try await check.ask("keys", "new", file, of: "quench.key/v1") }
    try await check.ask("keys", "new", key, of: "quench.error/v1", status: 3)
    let signing = ["QUENCH_SIGNING_KEY": key], others = ["QUENCH_SIGNING_KEY": other]
    let evidence = "quench.evidence/v1"
    try await check.ask("evidence", "show", of: evidence, status: 1)
    let verified = try await check.ask("verify", of: "quench.verdict/v1", environment: signing)
    #expect(verified["attestation"].string?.hasSuffix(commit) == true)
    try await check.ask("approve", of: "quench.approval/v1", environment: signing)
    #expect(try await check.ask("evidence", "sign", of: evidence, environment: signing)["added"].bool == false)
    #expect(try await check.ask("evidence", "sign", of: evidence, environment: others)["added"].bool == true)
    let shown = try await check.ask("evidence", "show", of: evidence)
    #expect(Set(shown["statements"].array.compactMap(\.["kind"].string)) == ["verdict", "build", "approval"])
    let held = try await check.ask("evidence", "verify", "--signer", key + ".pub", of: evidence)
    #expect(Set(held["statements"].array.map(\.["holds"].bool)) == [true, false], "\(held)")
    try await check.ask("evidence", "verify", of: "quench.error/v1", status: 64)
    try await check.ask("evidence", "export", "--output", "evidence.jsonl", of: evidence)
    try await check.ask("evidence", "export", of: evidence)
    #expect(try await check.ask("evidence", "export", "--unsigned", of: evidence)["statement"] != .null)
    let remote = world.root.appending("remote.git").string
    try await world.git("clone", "--quiet", "--bare", ".", remote)
    #expect(try await check.ask("evidence", "push", remote, of: evidence)["sent"].bool == true)
    try await check.ask("evidence", "fetch", remote, of: evidence)

    // What others have written there, and what is no evidence at all.
    let line = try #require(try await world.verdictLine())
    var another = try EnvelopeParts(line), unreadable = another
    another.payload = Data(
      #"{"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://example.org/", "subject": []}"#.utf8)
    unreadable.payload = Data("{}".utf8)
    try await world.replaceNote(by: [line, another.line, unreadable.line, "{}", "no line"])
    let strange = try await check.ask("evidence", "show", of: evidence)
    #expect(Set(strange["statements"].array.compactMap(\.["kind"].string)) == ["verdict", "other", "unreadable"])
    try await check.ask("evidence", "verify", "--signer", nobody + ".pub", of: evidence, status: 1)

    let token = try await check.ask(
      "token", "new", "ci", "--can", "promote,read", "--expires", "30d", of: "quench.token/v1")
    try await check.ask("token", "new", "on-call", "--can", "rollback,freeze,override", of: "quench.token/v1")
    try await check.ask("token", "revoke", try #require(token["id"].string), of: "quench.tokens/v1")
    #expect(try await check.ask("token", "list", of: "quench.tokens/v1")["tokens"].array.count == 2)
    #expect(try await check.ask("audit", of: "quench.audit/v1")["events"].array.count >= 3)
    try await check.conclude()
  }
}
