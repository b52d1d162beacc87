import Testing

/// The JSON documents scripts read: exactly one on stdout, with the keys they rely on.
struct VerdictDocumentTests {
  private static let timings: Set = [
    "checkout_seconds", "build_seconds", "deploy_seconds", "suites_seconds", "rollback_seconds", "total_seconds",
  ]

  @Test(.world("greeter"))
  func verdictHasTheAgreedKeys() async throws {
    let world = try World.current
    let answer = try await world.ask("verify")
    let json = answer.json
    #expect(answer.status == 0, "\(answer.outcome)")
    #expect(json["schema"].string == "quench.verdict/v1")
    #expect(json["result"].string == "PASSED")
    let revision = try await world.git("rev-parse", "HEAD")
    #expect(json["revision"].string == revision)
    let tree = try await world.git("rev-parse", "HEAD^{tree}")
    #expect(json["tree"].string == tree)
    let keys: Set = [
      "schema", "revision", "tree", "result", "build", "suites", "instances", "rolled_back_to", "timings",
      "attestation",
    ]
    #expect(json.keys.isSuperset(of: keys), "\(keys.subtracting(json.keys)) missing")
    #expect(json["build"].keys.isSuperset(of: ["key", "digest", "cached"]))
    #expect(json["build"]["key"].string?.count == 64)
    #expect(json["build"]["digest"].string?.count == 64)
    #expect(json["build"]["cached"].bool == false)
    #expect(json["timings"].keys.isSuperset(of: Self.timings))
    #expect((json["timings"]["total_seconds"].number ?? 0) > 0)
    #expect(json["rolled_back_to"] == .null, "no set is kept here")
    #expect(json["instances"].array.count == 2)
    for instance in json["instances"].array {
      #expect(instance.keys.isSuperset(of: ["id", "port", "revision"]))
      #expect(instance["revision"].string == revision)
    }
  }

  @Test(.world("greeter"))
  func suitesAndTestsHaveTheAgreedKeys() async throws {
    let world = try World.current
    try world.write("quench.yml", GreeterConfiguration(suites: [("one", "true"), ("two", "false")]).text)
    let json = try await world.ask("verify").json
    #expect(Set(json["suites"].array.compactMap(\.["name"].string)) == ["one", "two"])
    for suite in json["suites"].array {
      #expect(
        suite.keys.isSuperset(of: [
          "name", "result", "passed", "failed", "skipped", "known_issues", "duration_seconds", "tests",
        ]))
      for test in suite["tests"].array {
        #expect(
          test.keys.isSuperset(of: ["id", "framework", "result", "duration_seconds", "message", "file", "line"]))
        #expect(test["framework"].string == "command")
      }
    }
  }

  @Test(.world("greeter"), arguments: [["--verbose"], ["--quiet"], []])
  func stdoutIsOneDocumentHoweverTalkativeQuenchIs(arguments: [String]) async throws {
    let world = try World.current
    try world.write("quench.yml", GreeterConfiguration(suites: [("chatty", "echo out; echo err >&2")]).text)
    let outcome = try await world.command(["verify", "--format", "json"] + arguments).run()
    let json = try JSONValue(document: outcome.stdout)
    #expect(json["schema"].string == "quench.verdict/v1")
  }

  @Test(.world("greeter"))
  func rangeGivesOneDocumentOfVerdicts() async throws {
    let world = try World.current
    try await world.commit("The same again")
    let answer = try await world.ask("verify", "HEAD~1..HEAD")
    #expect(answer.status == 0, "\(answer.outcome)")
    #expect(answer.json["schema"].string == "quench.verdicts/v1")
    #expect(answer.json["verdicts"].array.count == 1)
    #expect(answer.json["verdicts"][0]["schema"].string == "quench.verdict/v1")
  }

  @Test(.world("greeter"), arguments: [["verify", "nowhere"], ["verify", "main..nowhere"], ["hot", "status"]])
  func errorHasCodeMessageAndRemedy(arguments: [String]) async throws {
    let world = try World.current
    let outcome = try await world.command(arguments + ["--format", "json"]).run()
    let json = try JSONValue(document: outcome.stdout)
    #expect(json["schema"].string == "quench.error/v1", "\(outcome)")
    #expect(json.keys.isSuperset(of: ["code", "message", "remedy"]))
    let message = try #require(json["message"].string)
    #expect(outcome.stderr.contains(message), "stderr says it as text, always: \(outcome)")
    #expect(json["remedy"].string?.isEmpty == false, "the next command")
  }

  @Test(.world("greeter"))
  func wrongUsageIsADocumentToo() async throws {
    let world = try World.current
    let outcome = try await world.quench("verify", "--format", "json", "--no-such-option")
    #expect(outcome.status == 64)
    let json = try JSONValue(document: outcome.stdout)
    #expect(json["schema"].string == "quench.error/v1")
  }

  @Test(.world("greeter"))
  func verdictNamesTheIsolation() async throws {
    let world = try World.current
    let isolation = try await world.ask("verify").json["isolation"].string
    #expect(isolation?.isEmpty == false)
  }
}
