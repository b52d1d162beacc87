import Testing

/// The two ends of a search: which are none, and what becomes of one that is not what it was said to be.
struct EndsBisectTests {
  private func history(of world: World) async throws -> [String] {
    try await world.commits(6, "test $number -ne 4 || touch broken")
  }

  @Test(.world, arguments: [["--good", "nowhere"], ["--good", "HEAD~5", "--bad", "nowhere"]])
  func unknownRevisionIsWrongUsage(options: [String]) async throws {
    let world = try World.current
    _ = try await history(of: world)
    let outcome = try await world.command(["bisect"] + options + ["--", "true"]).run()
    #expect(outcome.status == 64 && outcome.stderr.contains("nowhere"), "\(outcome)")
  }

  @Test(.world)
  func endsTheWrongWayRoundAreWrongUsage() async throws {
    let world = try World.current
    let commits = try await history(of: world)
    let tokens = try RunTokens(10, in: world)
    let answer = try await world.bisect("--good", commits[5], "--bad", commits[0], script: tokens.take)
    #expect(answer.status == 64, "\(answer.outcome)")
    #expect(answer.outcome.stderr.contains("is not an ancestor of"), "\(answer.outcome)")
    #expect(tokens.countTaken() == 0, "before anything is run")
  }

  @Test(.world)
  func sameEndsAreWrongUsage() async throws {
    let world = try World.current
    let commits = try await history(of: world)
    let answer = try await world.bisect("--good", commits[5], "--bad", "HEAD", script: "true")
    #expect(answer.status == 64, "\(answer.outcome)")
  }

  @Test(.world)
  func badEndThatPassesLeavesNothingToFind() async throws {
    let world = try World.current
    let commits = try await history(of: world)
    let tokens = try RunTokens(100, in: world)
    let answer = try await world.bisect("--good", commits[0], script: "\(tokens.take); true")
    #expect(answer.status == 1, "\(answer.outcome)")
    #expect(answer.json["found"].bool != true && answer.culprits.isEmpty, "\(answer.outcome)")
    #expect(answer.outcome.text.contains(commits[5].prefix(7)), "which end: \(answer.outcome)")
    #expect(tokens.countTaken() >= 2, "it was asked again")
  }

  @Test(.world)
  func goodEndThatFailsLeavesNothingToFind() async throws {
    let world = try World.current
    let commits = try await history(of: world)
    let tokens = try RunTokens(100, in: world)
    let answer = try await world.bisect("--good", commits[0], script: "\(tokens.take); false")
    #expect(answer.status == 1, "\(answer.outcome)")
    #expect(answer.json["found"].bool != true && answer.culprits.isEmpty, "\(answer.outcome)")
    #expect(answer.outcome.text.contains(commits[0].prefix(7)), "which end: \(answer.outcome)")
    #expect(tokens.countTaken() >= 3, "the bad end once, and this one again")
  }

  /// Whichever end is run first says the wrong thing, once.
  @Test(.world)
  func endThatIsWrongOnceIsRunAgain() async throws {
    let world = try World.current
    let commits = try await history(of: world)
    let tokens = try RunTokens(1, in: world)
    let script = """
      token=$(\(tokens.take))
      if test -f broken; then status=1; else status=0; fi
      if test -n "$token"; then status=$((1 - status)); fi
      exit $status
      """
    let answer = try await world.bisect("--good", commits[0], script: script)
    #expect(tokens.countTaken() == 1)
    #expect(answer.status == 0, "\(answer.outcome)")
    #expect(answer.culprits == [commits[3]: ["command"]], "\(answer.json)")
    #expect(answer.json["assumption"].string == "flaky", "a command that says both is: \(answer.json)")
    #expect((answer.json["culprits"][0]["confidence"].number ?? 0) >= 0.99, "\(answer.json)")
  }
}
