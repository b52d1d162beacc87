import SystemPackage
import Testing

/// `quench bisect --paths`: only some commits can be to blame.
@Suite struct PathsBisectTests {
  /// Every fourth commit changes the server, the others something else.
  private func history(of world: World) async throws -> [String] {
    try await world.commits(
      32,
      """
      mkdir -p server other
      if test $(($number % 4)) -eq 0; then echo $number > server/main; else echo $number > other/file; fi
      if test $number -ge 20; then echo broken > server/state; fi
      """)
  }

  @Test(.world, arguments: ["server", "server/state", "./server/"])
  func onlyCommitsThatChangedSomethingThereAreTried(path: String) async throws {
    let world = try World.current
    let commits = try await history(of: world)
    let answer = try await world.bisect(
      "--good", commits[0], "--log", world.root.appending("bisect.log").string, "--paths", path,
      script: "! grep -qs broken server/state")
    #expect(answer.status == 0 && answer.culprits.keys.elementsEqual([commits[19]]), "\(answer.outcome)")
    #expect(answer.runs <= 6, "eight commits changed the server: \(answer.json)")
    let said = try await world.git("bisect", "replay", world.root.appending("bisect.log").string)
    #expect(said.contains("\(commits[19]) is the first bad commit"), "\(said)")
  }

  @Test(.world)
  func commitsOfASideBranchAreFoundThroughItsMerge() async throws {
    let world = try World.current
    let commits = try await history(of: world)
    let script = """
      set -eu
      git checkout -q -b side HEAD~3
      echo broken-too > server/flag && git add -A && git commit -qm 'Set the flag'
      git checkout -q - && git merge -q --no-ff -m 'Merge side' side
      echo more > other/more && git add -A && git commit -qm 'Do more'
      """
    try await world.tool("sh", "-c", script)
    let culprit = try await world.git("rev-parse", "side")
    let answer = try await world.bisect("--good", commits[31], "--paths", "server", script: "! test -e server/flag")
    #expect(answer.status == 0 && answer.culprits.keys.elementsEqual([culprit]), "\(answer.outcome)")
  }

  /// Only the commit that is to blame changed that file.
  @Test(.world)
  func suspectsAreFoundSoonerAndOthersAllTheSame() async throws {
    let world = try World.current
    let commits = try await history(of: world)
    let script = "! grep -qs broken server/state"
    let plain = try await world.bisect("--good", commits[0], script: script)
    let right = try await world.bisect("--good", commits[0], "--again", "--suspect", "server/state", script: script)
    let wrong = try await world.bisect("--good", commits[0], "--again", "--suspect", "other", script: script)
    for answer in [plain, right, wrong] {
      #expect(answer.status == 0 && answer.culprits.keys.elementsEqual([commits[19]]), "\(answer.outcome)")
    }
    #expect(right.runs < plain.runs, "\(right.json) \(plain.json)")
  }

  @Test(.world)
  func commitsElsewhereAreNotBlamed() async throws {
    let world = try World.current
    let commits = try await history(of: world)
    let other = try await world.bisect(
      "--good", commits[0], "--paths", "other", script: "! grep -qs broken server/state")
    #expect(other.culprits.keys.elementsEqual([commits[20]]), "the first of them at which it fails: \(other.outcome)")
    let late = try await world.bisect(
      "--good", commits[0], "--bad", commits[19], "--paths", "other", script: "! grep -qs broken server/state")
    #expect(late.status == 2 && late.json["found"].bool == false, "\(late.outcome)")
    let answer = try await world.bisect(
      "--good", commits[0], "--paths", "nowhere", script: "! grep -qs broken server/state")
    #expect(answer.status == 64, "\(answer.outcome)")
    #expect(answer.outcome.stderr.contains("nowhere"), "\(answer.outcome)")
  }
}
