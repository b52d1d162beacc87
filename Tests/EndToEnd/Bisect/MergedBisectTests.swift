import SystemPackage
import Testing

/// Histories that are no line: branches that were merged, and good ends beside the bad one.
struct MergedBisectTests {
  private let works = "test ! -f broken"

  /// A branch whose second commit breaks it, merged between the commits of `main`.
  private struct Merged {
    let good: String
    let culprit: String
    let merge: String

    init(in world: World) async throws {
      try world.write("main", "0")
      good = try await world.commit("Begin")
      try await world.git("checkout", "--quiet", "-b", "side")
      try world.write("side", "1")
      try await world.commit("Begin the side")
      try world.write("broken", "yes")
      culprit = try await world.commit("Break the side")
      try world.write("side", "2")
      try await world.commit("End the side")
      try await world.git("checkout", "--quiet", "main")
      try world.write("main", "1")
      try await world.commit("Go on")
      merge = try await world.merge("side")
      try world.write("main", "2")
      try await world.commit("Go on again")
    }
  }

  @Test(.world)
  func culpritOfAMergedBranchIsFound() async throws {
    let world = try World.current
    let history = try await Merged(in: world)
    let answer = try await world.bisect("--good", history.good, script: works)
    #expect(answer.status == 0, "\(answer.outcome)")
    #expect(answer.culprits == [history.culprit: ["command"]], "\(answer.json)")
    #expect(answer.json["culprits"][0]["subject"].string == "Break the side")
  }

  @Test(.world)
  func firstParentsAnswerTheMerge() async throws {
    let world = try World.current
    let history = try await Merged(in: world)
    let answer = try await world.bisect("--good", history.good, "--first-parent", script: works)
    #expect(answer.status == 0, "\(answer.outcome)")
    #expect(answer.culprits == [history.merge: ["command"]], "\(answer.json)")
    #expect(answer.json["culprits"][0]["subject"].string == "Merge side")
    let whole = try await world.bisect("--good", history.good, script: works)
    #expect(whole.culprits == [history.culprit: ["command"]], "that is another question: \(whole.json)")
  }

  /// Each side works, and the two together do not.
  @Test(.world)
  func mergeItselfCanBeTheCulprit() async throws {
    let world = try World.current
    try world.write("main", "0")
    let good = try await world.commit("Begin")
    try await world.git("checkout", "--quiet", "-b", "side")
    try world.write("right", "yes")
    try await world.commit("Add the right one")
    try await world.git("checkout", "--quiet", "main")
    try world.write("left", "yes")
    try await world.commit("Add the left one")
    let merge = try await world.merge("side")
    try world.write("main", "1")
    try await world.commit("Go on")
    let script = "if test -f left && test -f right; then exit 1; fi"
    let answer = try await world.bisect("--good", good, "--confirm", script: script)
    #expect(answer.status == 0, "\(answer.outcome)")
    #expect(answer.culprits == [merge: ["command"]], "\(answer.json)")
    #expect((answer.json["confirmations"].number ?? 0) > 0, "with both its parents: \(answer.json)")
  }

  /// Of such ends git replays only a log that names them line by line: behind `git bisect start` they end the replay.
  @Test(.world)
  func goodEndsBesideTheBadOneNeedTheirMergeBase() async throws {
    let world = try World.current
    let commits = try await world.commits(8, "test $number -ne 6 || touch broken")
    let first = try await world.sibling(of: commits[1], "first")
    let second = try await world.sibling(of: commits[3], "second")
    let log = world.root.appending("bisect.log")
    let answer = try await world.bisect(
      "--good", first, "--good", second, "--bad", "main", "--log", log.string, script: works)
    #expect(answer.status == 0, "\(answer.outcome)")
    #expect(answer.culprits == [commits[5]: ["command"]], "\(answer.json)")
    let lines = try world.read(log).split(separator: "\n")
    #expect(lines.contains("git bisect good \(commits[3])"), "the merge base: \(lines)")
    let said = try await world.git("bisect", "replay", log.string)
    #expect(said.contains("\(commits[5]) is the first bad commit"), "\(said)")
  }

  /// What is good there was mended there: no commit between the merge base and the bad end broke it.
  @Test(.world)
  func mergeBaseThatFailsLeavesNothingToFind() async throws {
    let world = try World.current
    let commits = try await world.commits(6, "test $number -ne 2 || touch broken")
    let mended = try await world.sibling(of: commits[3], "mended", after: "git rm --quiet broken")
    let answer = try await world.bisect("--good", mended, "--bad", "main", script: works)
    #expect(answer.status != 0 && answer.json["found"].bool != true && answer.culprits.isEmpty, "\(answer.outcome)")
    #expect(answer.outcome.text.contains(commits[3].prefix(7)), "which revision is not good: \(answer.outcome)")
  }
}

extension World {
  /// Merges a branch into the one that is checked out, and gives the merge.
  fileprivate func merge(_ branch: String) async throws -> String {
    try await git("merge", "--quiet", "--no-ff", "--message", "Merge \(branch)", branch)
    return try await git("rev-parse", "HEAD")
  }

  /// Makes a branch with one commit that begins at an earlier one, and goes back to `main`.
  fileprivate func sibling(of commit: String, _ name: String, after script: String = "true") async throws -> String {
    try await git("checkout", "--quiet", "-b", name, commit)
    try await tool("sh", "-c", script)
    try write(name, "yes")
    let made = try await self.commit("Go the way of \(name)")
    try await git("checkout", "--quiet", "main")
    return made
  }
}
