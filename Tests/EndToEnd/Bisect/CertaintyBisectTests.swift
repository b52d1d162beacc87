import Foundation
import Testing

/// `quench bisect` where one run of a revision is not enough, or several go on at the same time.
@Suite struct CertaintyBisectTests {
  /// Each commit has a file of its own, so that each can be taken back.
  private func history(of world: World, broken: Int) async throws -> [String] {
    try await world.commits(
      12, "mv number file-$number; test $number -ne \(broken) || touch broken")
  }

  @Test(.world)
  func revertingTheCulpritIsTriedAtTheBadEnd() async throws {
    let world = try World.current
    let commits = try await history(of: world, broken: 8)
    let objects = try await world.git("rev-list", "--all", "--count")
    let answer = try await world.bisect("--good", commits[0], "--confirm", script: "test ! -e broken")
    let culprit = answer.json["culprits"][0]
    #expect(culprit["revision"].string == commits[7], "\(answer.outcome)")
    #expect(culprit["confirmed"].bool == true && culprit["revert_passes"].bool == true, "\(culprit)")
    #expect(answer.json["confirmations"].number == 3, "it, its parent, and the bad end without it: \(answer.json)")
    #expect(answer.runs == 5 || answer.runs == 6, "confirmations are counted apart: \(answer.json)")
    #expect(try await world.git("rev-list", "--all", "--count") == objects, "nothing is committed")
  }

  @Test(.world)
  func anotherBreakIsSeenByTheRevert() async throws {
    let world = try World.current
    let commits = try await world.commits(
      10,
      """
      mv number file-$number
      case $number in 4) touch broken;; 8) touch broken-too;; esac
      """)
    let answer = try await world.bisect(
      "--good", commits[0], "--confirm", script: "test ! -e broken && test ! -e broken-too")
    let culprit = answer.json["culprits"][0]
    #expect(culprit["revision"].string == commits[3], "\(answer.outcome)")
    #expect(culprit["revert_passes"].bool == false, "the eighth commit breaks it too: \(culprit)")
  }

  /// A good end on a branch on which it was mended says nothing of the commits that the branch began at.
  @Test(.world)
  func culpritWhoseParentFailsTooIsNotFound() async throws {
    let world = try World.current
    _ = try await world.commits(3, "test $number -ne 1 || touch broken")
    try await world.tool("sh", "-c", "git checkout -q -b mended && git rm -q broken && git commit -q -m Mend")
    let good = try await world.tool("git", "rev-parse", "HEAD")
    try await world.tool(
      "sh", "-c", "git checkout -q main && echo x > other && git add other && git commit -q -m Other")
    try await world.tool("git", "merge", "-q", "-s", "ours", "-m", "Merge, and leave it broken", "mended")
    let answer = try await world.bisect("--good", good, "--confirm", script: "test ! -e broken")
    #expect(answer.status == 2 && answer.json["found"].bool == false, "\(answer.outcome)")
    #expect(answer.json["culprits"][0]["confirmed"].bool == false, "\(answer.json)")
  }

  /// It fails at two of three runs since commit 7, and never before.
  @Test(.world)
  func flakyTestIsRunUntilItIsSureEnough() async throws {
    let world = try World.current
    let commits = try await world.commits(16, "test $number -ne 7 || touch broken")
    // What runs leave beside the revision's files is there at the next one, so that they can count.
    let script =
      "test ! -e broken || { mkdir -p .build && echo >> .build/runs && test $(( $(wc -l < .build/runs) % 3 )) -eq 0; }"
    let answer = try await world.bisect("--good", commits[0], "--flaky", script: script)
    #expect(answer.json["assumption"].string == "flaky", "\(answer.outcome)")
    #expect(answer.status == 0 && answer.culprits.keys.elementsEqual([commits[6]]), "\(answer.outcome)")
    #expect((answer.json["culprits"][0]["confidence"].number ?? 0) >= 0.99, "\(answer.json)")
    let rate = answer.json["flake"]["false_pass"].number ?? 0
    #expect(rate > 0.05 && rate < 0.8, "how often it errs is learnt: \(answer.json)")
  }

  @Test(.world)
  func severalRevisionsAreTriedAtTheSameTime() async throws {
    let world = try World.current
    let commits = try await world.commits(16, "test $number -ne 11 || touch broken")
    let answer = try await world.bisect("--good", commits[0], "--jobs", "3", script: "test ! -e broken")
    #expect(answer.status == 0 && answer.culprits.keys.elementsEqual([commits[10]]), "\(answer.outcome)")
    #expect(answer.runs >= 6, "more runs in fewer rounds: \(answer.json)")
  }

  @Test(.world)
  func withoutAGoodEndItGoesBackToOne() async throws {
    let world = try World.current
    let commits = try await world.commits(20, "test $number -ne 9 || touch broken")
    let answer = try await world.bisect(script: "test ! -e broken")
    #expect(answer.status == 0 && answer.culprits.keys.elementsEqual([commits[8]]), "\(answer.outcome)")
    #expect(answer.runs <= 9, "steps that double, and what they showed is used: \(answer.json)")
    let whole = try await world.bisect(script: "false")
    #expect(whole.status == 1 && whole.outcome.stderr.contains("no good revision"), "\(whole.outcome)")
  }

  @Test(.world)
  func timeLimitEndsItAndTheSameCommandGoesOn() async throws {
    let world = try World.current
    let commits = try await world.commits(8, "test $number -ne 5 || touch broken")
    let tokens = try RunTokens(3, in: world)
    // The first three runs are quick, and the next one waits until it is ended.
    let script = "test -n \"$(\(tokens.take))\" || sleep 600; test ! -e broken"
    let first = try await world.bisect("--good", commits[0], "--time-limit", "3s", script: script)
    #expect(first.status == 2 && first.runs == 3, "\(first.outcome)")
    #expect(tokens.countTaken() == 3)
    let second = try await world.bisect("--good", commits[0], "--time-limit", "1s", script: script)
    #expect(
      second.json["resumed"].bool == true && second.runs == 0, "what is known is not run again: \(second.outcome)")
  }
}
