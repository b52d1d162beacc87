import Testing

/// Revisions that cannot be tested, and commands that end otherwise than by an answer.
struct UntestableBisectTests {
  /// Answers what the file `state` says.
  private let script = "case $(cat state) in good) exit 0;; skip) exit 125;; *) exit 1;; esac"

  /// Twenty commits that are good, then untestable, then bad.
  private func history(of world: World, untestable: ClosedRange<Int>, bad: Int) async throws -> [String] {
    try await world.commits(
      20,
      """
      state=good
      test $number -lt \(untestable.lowerBound) || test $number -gt \(untestable.upperBound) || state=skip
      test $number -lt \(bad) || state=bad
      echo $state > state
      """)
  }

  @Test(.world)
  func untestableRoundTheCulpritLeaveASet() async throws {
    let world = try World.current
    let commits = try await history(of: world, untestable: 8...12, bad: 13)
    let answer = try await world.bisect("--good", commits[0], script: script)
    #expect(answer.status == 2, "\(answer.outcome)")
    #expect(answer.json["found"].bool == false && answer.culprits.isEmpty, "\(answer.json)")
    #expect(answer.candidates == Set(commits[7...12]), "\(answer.json)")
    #expect(answer.skipped == Set(commits[7...11]), "\(answer.json)")
    let probabilities = answer.json["candidates"].array.map { $0["probability"].number ?? -1 }
    #expect(probabilities.allSatisfy { (0...1).contains($0) }, "\(probabilities)")
    let text = try await world.quench("bisect", "--good", commits[0], "--", "sh", "-c", script)
    #expect(text.status == 2, "\(text)")
    for commit in commits[7...12] { #expect(text.text.contains(commit.prefix(7)), "\(text)") }
  }

  @Test(.world)
  func untestableElsewhereAreGoneRound() async throws {
    let world = try World.current
    // The two in the middle, one of which is what a search begins with.
    let commits = try await history(of: world, untestable: 10...11, bad: 15)
    let answer = try await world.bisect("--good", commits[0], script: script)
    #expect(answer.status == 0, "\(answer.outcome)")
    #expect(answer.culprits == [commits[14]: ["command"]], "\(answer.json)")
    #expect(!answer.skipped.isEmpty && answer.skipped.isSubset(of: commits[9...10]), "\(answer.json)")
  }

  @Test(.world, arguments: ["exit 128", "exit 255", "kill -KILL $$"])
  func commandThatIsKilledOrSaysSoAborts(ending: String) async throws {
    let world = try World.current
    let commits = try await world.commits(4, "test $number -ne 3 || touch broken")
    let answer = try await world.bisect("--good", commits[0], script: "test ! -f broken || \(ending)")
    #expect(answer.status == 3, "\(answer.outcome)")
    #expect(answer.json["found"].bool != true, "\(answer.outcome)")
    #expect(!answer.outcome.stderr.isEmpty, "it says why")
    try await world.expectNothingRunning()
  }
}
