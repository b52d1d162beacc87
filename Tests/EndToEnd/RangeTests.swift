import SystemPackage
import Testing

/// `quench verify A..B`: newest first, and what is known is not done again.
struct RangeTests {
  @Test(.world("greeter"), arguments: ["HEAD", "HEAD~0..HEAD"])
  func historyTakesNoLimitBelowOne(range: String) async throws {
    let outcome = try await World.current.quench("history", range, "--limit=-1")
    #expect(outcome.status == 64 && outcome.stderr.contains("--limit"), "\(outcome)")
  }

  /// Three commits after the first, the second of which fails.
  private func history(of world: World) async throws -> [String] {
    try world.write("quench.yml", GreeterConfiguration(suites: [("check", "test ! -e broken")]).text)
    var commits = [try await world.commit("Begin")]
    try world.write("one", "1")
    commits.append(try await world.commit("One"))
    try world.write("broken", "yes")
    commits.append(try await world.commit("Break it"))
    try await world.git("rm", "--quiet", "broken")
    try world.write("two", "2")
    commits.append(try await world.commit("Mend it"))
    return commits
  }

  @Test(.world("greeter"))
  func newestFirstAndTheWorstCounts() async throws {
    let world = try World.current
    let commits = try await history(of: world)
    let answer = try await world.ask("verify", "\(commits[0])..\(commits[3])")
    #expect(answer.status == 1, "\(answer.outcome)")
    let verdicts = answer.json["verdicts"].array
    #expect(verdicts.map(\.["revision"].string) == commits[1...].reversed())
    #expect(verdicts.map(\.["result"].string) == ["PASSED", "FAILED", "PASSED"])
    try await world.expectNothingRunning()
  }

  @Test(.world("greeter"))
  func knownVerdictsAreSkippedUnlessAskedForAgain() async throws {
    let world = try World.current
    let commits = try await history(of: world)
    let range = "\(commits[0])..\(commits[3])"
    try await world.ask("verify", range)
    let started = try instancesStarted(in: world)
    let second = try await world.ask("verify", range)
    #expect(second.status == 1, "a known failure is a failure: \(second.outcome)")
    #expect(second.json["verdicts"].array.map(\.["result"].string) == ["PASSED", "FAILED", "PASSED"])
    #expect(try instancesStarted(in: world) == started, "nothing ran again")
    let again = try await world.ask("verify", range, "--again")
    #expect(again.status == 1)
    #expect(try instancesStarted(in: world) > started, "everything ran again")
  }

  @Test(.world("greeter"))
  func verdictCountsForEveryCommitWithTheSameTree() async throws {
    let world = try World.current
    let first = try await world.git("rev-parse", "HEAD")
    try world.write("note", "one")
    let second = try await world.commit("A note")
    let verified = try await world.ask("verify", second)
    #expect(verified.status == 0)
    let started = try instancesStarted(in: world)
    let third = try await world.commit("The same tree")
    let answer = try await world.ask("verify", "\(first)..\(third)")
    #expect(answer.status == 0, "\(answer.outcome)")
    #expect(answer.json["verdicts"].array.map(\.["revision"].string) == [third, second])
    #expect(try instancesStarted(in: world) == started, "known by its tree")
  }

  @Test(.world("greeter"))
  func changedSuiteIsNotKnown() async throws {
    let world = try World.current
    let commits = try await history(of: world)
    let range = "\(commits[2])..\(commits[3])"
    #expect(try await world.ask("verify", range).status == 0)
    try world.replace("test ! -e broken", by: "test -e broken", in: "quench.yml")
    let changed = try await world.ask("verify", range)
    #expect(changed.status == 1, "other tests are other evidence: \(changed.outcome)")
  }

  @Test(.world("greeter"))
  func changedRecipeOfTheHostIsNotKnown() async throws {
    let world = try World.current
    try await world.git("rm", "--quiet", "quench.yml")
    let commits = [try await world.commit("Begin"), try await world.commit("End")]
    let range = "\(commits[0])..\(commits[1])"
    try world.write("quench.yml", GreeterConfiguration(suites: [("check", "true")]).text)
    #expect(try await world.ask("verify", range).json["verdicts"][0]["cached_verdict"].bool == false)
    #expect(try await world.ask("verify", range).json["verdicts"][0]["cached_verdict"].bool == true)
    try world.replace("./greeter --port", by: "env LANG=C ./greeter --port", in: "quench.yml")
    let changed = try await world.ask("verify", range).json["verdicts"][0]
    #expect(changed["cached_verdict"].bool == false, "another command is another service: \(changed)")
    #expect(changed["build"]["cached"].bool == true, "its build is the same: \(changed)")
    try world.replace("mkdir -p build", by: "mkdir -p build build/more", in: "quench.yml")
    #expect(try await world.ask("verify", range).json["verdicts"][0]["cached_verdict"].bool == false)
  }

  @Test(.world("greeter"))
  func repetitionIsNeverKnown() async throws {
    let world = try World.current
    let commits = try await history(of: world)
    let range = "\(commits[0])..\(commits[1])"
    try await world.ask("verify", range)
    let verdict = try await world.ask("verify", range, "--repeat", "2").json["verdicts"][0]
    #expect(verdict["cached_verdict"].bool == false, "\(verdict)")
    #expect(verdict["flakiness"][0]["runs"].number == 2, "\(verdict)")
  }

  @Test(.world("greeter"))
  func whatThereIsNoTimeForIsNotVerified() async throws {
    let world = try World.current
    let commits = try await history(of: world)
    #expect(try await world.quench("verify", "\(commits[0])..\(commits[1])").passed)
    try world.replace("test ! -e broken", by: "test ! -e two || sleep 300; test ! -e broken", in: "quench.yml")
    let known = try await world.ask("verify", "\(commits[0])..\(commits[1])")
    #expect(known.status == 0, "\(known.outcome)")
    let answer = try await world.ask("verify", "\(commits[0])..\(commits[3])", "--time-limit", "15s")
    #expect(answer.status == 2, "\(answer.outcome)")
    #expect(answer.json["verdicts"].array.map(\.["revision"].string) == [commits[3], commits[1]])
    #expect(answer.json["verdicts"].array.map(\.["result"].string) == ["INCONCLUSIVE", "PASSED"])
    #expect(answer.json["not_verified"].array.map(\.string) == [commits[2]])
    let history = try await world.ask("history").json["commits"]
    #expect(history[1]["revision"].string == commits[2] && history[1]["result"] == .null, "\(history)")
    try await world.expectNothingRunning()
  }

  @Test(.world("greeter"))
  func revisionWithAWrongConfigurationIsAnErrorAndTheRangeGoesOn() async throws {
    let world = try World.current
    let right = GreeterConfiguration(suites: [("check", "true")]).text
    try world.write("quench.yml", right)
    let first = try await world.commit("Begin")
    try world.write("quench.yml", right.replacing("outputs: [build/greeter]", with: "outputs: [/etc/passwd]"))
    let wrong = try await world.commit("Make a mistake")
    try world.write("quench.yml", right + "# mended\n")
    let mended = try await world.commit("Mend it")
    let answer = try await world.ask("verify", "\(first)~..\(mended)")
    #expect(answer.status == 3, "\(answer.outcome)")
    let verdicts = answer.json["verdicts"].array
    try #require(verdicts.map(\.["revision"].string) == [mended, wrong, first], "\(answer.outcome)")
    #expect(verdicts.map(\.["result"].string) == ["PASSED", "ERROR", "PASSED"])
    #expect(verdicts[1]["hindrance"].string == "configuration")
    let reason = verdicts[1]["reason"].string ?? ""
    #expect(reason.contains("quench.yml:5:") && reason.contains("/etc/passwd"), "\(reason)")
    #expect(answer.outcome.stderr.contains("/etc/passwd"), "people are told too: \(answer.outcome)")
    let history = try await world.ask("history").json["commits"]
    #expect(history[1]["result"].string == "ERROR", "\(history)")
    try world.write("quench.yml", right.replacing("suites:", with: "suits:"))
    let host = try await world.ask("verify", "\(first)~..\(mended)")
    #expect(host.status == 78 && host.json["schema"].string == "quench.error/v1", "the host's fault is none of theirs")
  }

  @Test(.world("greeter"))
  func endsTheWrongWayRoundAreWrongUsage() async throws {
    let world = try World.current
    let commits = try await history(of: world)
    let answer = try await world.ask("verify", "\(commits[3])..\(commits[0])")
    #expect(answer.status == 64, "\(answer.outcome)")
    #expect(answer.outcome.stderr.contains("is not an ancestor of"))
  }

  @Test(.world("greeter"))
  func emptyRangeDoesNotPass() async throws {
    let world = try World.current
    let answer = try await world.ask("verify", "HEAD..HEAD")
    #expect(answer.status != 0, "nothing is passed by silence: \(answer.outcome)")
  }

  private func instancesStarted(in world: World) throws -> Int {
    try world.files(below: world.state.appending("logs")).count { $0.hasSuffix("service.log") }
  }
}
