import SystemPackage
import Testing

/// `quench bisect -- CMD`: the first revision on which a command fails, in as many runs as git takes.
struct CommandBisectTests {
  private let works = "test ! -f broken"

  /// Twenty commits, the thirteenth of which breaks it.
  private func history(of world: World) async throws -> [String] {
    try await world.commits(20, "test $number -ne 13 || touch broken")
  }

  @Test(.world)
  func culpritIsFoundAndDescribed() async throws {
    let world = try World.current
    let commits = try await history(of: world)
    let answer = try await world.bisect("--good", commits[0], "--bad", commits[19], script: works)
    let json = answer.json
    #expect(answer.status == 0, "\(answer.outcome)")
    #expect(json["schema"].string == "quench.bisection/v1")
    let keys: Set = [
      "schema", "found", "culprits", "candidates", "runs", "builds", "skipped", "flake", "elapsed_seconds", "resumed",
      "assumption", "confirmations",
    ]
    #expect(json.keys.isSuperset(of: keys), "\(keys.subtracting(json.keys)) missing")
    #expect(json["flake"].keys.isSuperset(of: ["false_fail", "false_pass"]), "\(json)")
    #expect(json["found"].bool == true)
    #expect(answer.culprits == [commits[12]: ["command"]], "\(json)")
    let culprit = json["culprits"][0]
    #expect(culprit["subject"].string == "Commit 13")
    #expect(culprit["author"].string?.contains("Author 13") == true, "\(culprit)")
    #expect((culprit["confidence"].number ?? 0) >= 0.99, "\(culprit)")
    #expect(json["assumption"].string == "deterministic")
    #expect(json["resumed"].bool == false && json["confirmations"].number == 0, "\(json)")
    #expect(answer.skipped.isEmpty && json["builds"].number == 0, "there is nothing to build: \(json)")
    #expect((json["elapsed_seconds"].number ?? 0) > 0)
    // Nineteen candidates: four halvings, one more at worst, and the ends.
    #expect((6...7).contains(answer.runs), "\(json)")
  }

  /// Sixteen candidates can be halved four times, whatever the culprit.
  @Test(.world, arguments: [2, 9, 17])
  func runsAreThoseOfGitAndTheEnds(number: Int) async throws {
    let world = try World.current
    let commits = try await world.commits(17, "test $number -ne \(number) || touch broken")
    let tokens = try RunTokens(100, in: world)
    let answer = try await world.bisect("--good", commits[0], script: "\(tokens.take); \(works)")
    #expect(answer.culprits.keys.elementsEqual([commits[number - 1]]), "\(answer.outcome)")
    #expect(answer.runs == 6)
    #expect(tokens.countTaken() == 6, "what it says is what it did")
  }

  @Test(.world)
  func sameQuestionIsAnsweredByWhatIsKnown() async throws {
    let world = try World.current
    let commits = try await history(of: world)
    let first = try await world.bisect("--good", commits[0], script: works)
    let second = try await world.bisect("--good", commits[0], script: works)
    #expect(second.status == 0, "\(second.outcome)")
    #expect(second.runs == 0 && second.json["resumed"].bool == true, "\(second.json)")
    #expect(second.json["found"].bool == true && second.json["culprits"] == first.json["culprits"], "\(second.json)")
    let other = try await world.bisect("--good", commits[0], script: "test ! -e broken")
    #expect(other.runs > 2 && other.json["resumed"].bool == false, "another command is another question: \(other.json)")
    #expect(other.culprits == first.culprits)
  }

  @Test(.world)
  func peopleReadTheCommitAndItsSubject() async throws {
    let world = try World.current
    let commits = try await history(of: world)
    let outcome = try await world.quench("bisect", "--good", commits[0], "--", "sh", "-c", works)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.stdout.contains(commits[12].prefix(7)) && outcome.stdout.contains("Commit 13"), "\(outcome)")
  }

  @Test(.world, arguments: [1, 124, 126, 127])
  func everyOtherStatusBelow128IsBad(status: Int) async throws {
    let world = try World.current
    let commits = try await world.commits(4, "test $number -ne 3 || touch broken")
    let answer = try await world.bisect("--good", commits[0], script: "\(works) || exit \(status)")
    #expect(answer.status == 0 && answer.culprits.keys.elementsEqual([commits[2]]), "\(answer.outcome)")
  }

  @Test(.world)
  func searchThatRanOutOfRunsGoesOn() async throws {
    let world = try World.current
    let commits = try await history(of: world)
    let cut = try await world.bisect("--good", commits[0], "--max-runs", "4", script: works)
    #expect(cut.status == 2, "\(cut.outcome)")
    #expect(cut.json["found"].bool == false && cut.culprits.isEmpty && cut.runs <= 4, "\(cut.json)")
    #expect(cut.candidates.count > 1 && cut.candidates.contains(commits[12]), "\(cut.json)")
    let rest = try await world.bisect("--good", commits[0], script: works)
    #expect(rest.status == 0 && rest.culprits.keys.elementsEqual([commits[12]]), "\(rest.outcome)")
    #expect(rest.json["resumed"].bool == true)
    #expect(cut.runs + rest.runs <= 7, "nothing is run again")
  }

  @Test(.world)
  func culpritIsConfirmed() async throws {
    let world = try World.current
    let commits = try await world.commits(6, "test $number -ne 4 || touch broken")
    let tokens = try RunTokens(100, in: world)
    let script = "\(tokens.take); \(works)"
    let answer = try await world.bisect("--good", commits[0], "--confirm", script: script)
    #expect(answer.status == 0 && answer.culprits.keys.elementsEqual([commits[3]]), "\(answer.outcome)")
    #expect((answer.json["confirmations"].number ?? 0) > 0, "\(answer.json)")
    // Five candidates take the ends and three runs at most.
    #expect(tokens.countTaken() > 5, "the culprit and its parent are run again")
  }

  @Test(.world)
  func workingTreeAndBranchAreLeftAlone() async throws {
    let world = try World.current
    let commits = try await history(of: world)
    try world.write("number", "edited\n")
    try world.write("note", "not committed")
    let before = try await world.git("status", "--porcelain")
    let script = "if grep -qx edited number || test -e note; then exit 200; fi; \(works)"
    let answer = try await world.bisect("--good", commits[0], script: script)
    #expect(answer.status == 0, "each revision is as it was committed: \(answer.outcome)")
    #expect(try await world.git("status", "--porcelain") == before)
    #expect(try world.read(world.repository.appending("number")) == "edited\n")
    #expect(try await world.git("symbolic-ref", "HEAD") == "refs/heads/main")
    #expect(try await world.git("rev-parse", "HEAD") == commits[19])
    #expect(try await world.git("for-each-ref", "refs/bisect").isEmpty)
    #expect(!world.exists(world.repository.pushing(FilePath(".git/BISECT_LOG"))))
  }
}
