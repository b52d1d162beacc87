import SystemPackage
import Testing

/// What `git help bisect` describes of histories, ends and commands; where that can be had, git itself is asked, too.
struct GitCasesBisectTests {
  private let works = "test ! -e broken"

  // MARK: Two merge bases

  @Test(.world)
  func allMergeBasesAreTriedBeforeTheSearchGoesOn() async throws {
    let world = try World.current
    let history = try await CrissCross(in: world, "test $name != left-4 || touch broken")
    let log = world.root.appending("bisect.log")
    let answer = try await world.bisect(
      "--good", history.good, "--bad", history.bad, "--log", log.string, script: works)
    #expect(answer.status == 0, "\(answer.outcome)")
    #expect(answer.culprits == [history.left[1]: ["command"]], "\(answer.json)")
    #expect(Set(answer.tried.prefix(4)) == Set([history.bad, history.good] + history.bases), "\(answer.json)")
    // The merge and the three commits after it are halved twice.
    #expect(answer.runs == 6, "\(answer.json)")
    // Not by `git bisect run`: git 2.39 ends that at the first merge base, and says that it succeeded.
    let said = try await world.git("bisect", "replay", log.string)
    #expect(said.contains("\(history.left[1]) is the first bad commit"), "\(said)")
  }

  /// It was broken before the branches were merged the last time, and mended on the way to the good end alone.
  @Test(.world, arguments: ["left-2", "right-2"])
  func oneOfTwoMergeBasesThatFailsLeavesNothingToFind(base: String) async throws {
    let world = try World.current
    let history = try await CrissCross(
      in: world, "case $name in \(base)) touch broken;; right-3) git rm --quiet broken;; esac")
    let failing = try await world.git("rev-parse", base)
    let answer = try await world.bisect("--good", history.good, "--bad", history.bad, script: works)
    #expect(answer.status == 1, "\(answer.outcome)")
    #expect(answer.json["found"].bool == false && answer.culprits.isEmpty, "\(answer.json)")
    let test = answer.json["tests"][0]
    #expect(test["status"].string == "fails-at-merge-base", "\(test)")
    #expect(test["result"].string?.contains(failing.prefix(12)) == true, "which of them: \(test)")
    #expect(Set(answer.tried).isSubset(of: [history.bad, history.good] + history.bases), "\(answer.json)")
  }

  // MARK: Several good revisions

  /// A branch of six commits that `main` has merged after four commits of its own, and eight commits after that.
  private struct Merged {
    let main: [String]
    let side: [String]
    let rest: [String]

    /// - Parameters:
    ///   - onTheSide: a script that is given the `$number` of each of the branch's commits.
    ///   - afterwards: the same for the last eight.
    init(in world: World, onTheSide: String = "true", afterwards: String = "true") async throws {
      main = try await world.commits(4, "touch unmended")
      try await world.git("checkout", "--quiet", "-b", "side", main[1])
      side = try await world.commits(
        6, "git checkout --quiet -- number; echo $number > side-$number; \(onTheSide)")
      try await world.git("checkout", "--quiet", "main")
      try await world.git("merge", "--quiet", "--no-ff", "--message", "Merge side", "side")
      rest = try await world.commits(8, afterwards)
    }
  }

  @Test(.world)
  func whatAnyGoodRevisionContainsIsOutOfTheQuestion() async throws {
    let world = try World.current
    let history = try await Merged(in: world, afterwards: "test $number -ne 5 || touch broken")
    let goods = [history.main[3], history.side[5]]
    let git = try await answerOfGit(in: world, good: goods, bad: history.rest[7], script: works)
    let answer = try await world.bisect("--good", goods[0], "--good", goods[1], script: works)
    #expect(answer.status == 0 && answer.culprits == [history.rest[4]: ["command"]], "\(answer.outcome)")
    #expect(git.culprit == history.rest[4])
    #expect(Set(answer.json["ends"]["good"].array.compactMap(\.string)) == Set(goods), "\(answer.json)")
    let tried = Set(answer.tried)
    #expect(tried.isSuperset(of: goods), "each of them is made sure of: \(answer.json)")
    let others = history.side.dropLast() + history.main.dropLast()
    #expect(tried.isDisjoint(with: others), "\(answer.json)")
    // The merge and the eight commits after it, of which four runs at worst leave one; and the three ends.
    #expect(answer.runs <= 7, "\(answer.json)")
  }

  @Test(.world)
  func oneGoodRevisionThatFailsAmongSeveralIsNamed() async throws {
    let world = try World.current
    let history = try await Merged(in: world, onTheSide: "test $number -ne 2 || touch broken")
    let (sound, failing) = (history.main[3], history.side[5])
    let answer = try await world.bisect("--good", sound, "--good", failing, script: works)
    #expect(answer.status == 1 && answer.culprits.isEmpty, "\(answer.outcome)")
    let test = answer.json["tests"][0]
    #expect(test["status"].string == "fails-at-good", "\(test)")
    #expect(test["result"].string?.contains(failing.prefix(12)) == true, "which of them: \(test)")
    #expect(Set(answer.tried).isSubset(of: [history.rest[7], sound, failing]), "\(answer.json)")
  }

  // MARK: Commands that cannot be run

  @Test(.world, arguments: ["rm check.sh", "chmod a-x check.sh"])
  func commandThatCanBeRunAtTheGoodEndIsBadWhereItCannot(change: String) async throws {
    let world = try World.current
    let commits = try await world.commits(
      6,
      """
      test $number -ne 1 || { echo '#!/bin/sh' > check.sh; chmod a+x check.sh; }
      test $number -ne 4 || \(change)
      """)
    let words = ["bisect", "--format", "json", "--good", commits[0], "--", "./check.sh"]
    let outcome = try await world.command(words).run()
    let answer = Answer(outcome: outcome, json: try JSONValue(document: outcome.stdout))
    #expect(answer.status == 0 && answer.culprits == [commits[3]: ["command"]], "\(outcome)")
    #expect(answer.json["assumption"].string == "deterministic", "\(answer.json)")
    #expect(answer.tried.prefix(2).elementsEqual([commits[5], commits[0]]), "first where it works: \(answer.json)")
  }

  /// There is no such program, or it is none.
  @Test(.world, arguments: ["./nowhere", "./number"])
  func commandThatCannotBeRunAtTheGoodEndEitherAborts(command: String) async throws {
    let world = try World.current
    let commits = try await world.commits(12, "true")
    let tokens = try RunTokens(100, in: world)
    let answer = try await world.bisect("--good", commits[0], script: "\(tokens.take); \(command)")
    #expect(answer.status == 3, "\(answer.outcome)")
    #expect(answer.json["code"].string == "bisection-aborted", "\(answer.json)")
    #expect(answer.outcome.text.contains(commits[0].prefix(12)), "where it was tried: \(answer.outcome)")
    #expect(tokens.countTaken() == 2, "at each end once")
  }

  // MARK: Other terms

  /// What is looked for is a mending, which came by a branch: the command says 0 while it is still broken.
  @Test(.world)
  func commitThatMendedSomethingIsFound() async throws {
    let world = try World.current
    let history = try await Merged(in: world, onTheSide: "test $number -ne 3 || git rm --quiet unmended")
    let terms = (old: "broken", new: "fixed"), ends = (old: history.main[1], new: history.rest[7])
    let isBroken = "test -e unmended"
    let git = try await answerOfGit(in: world, good: [ends.old], bad: ends.new, terms: terms, script: isBroken)
    let answer = try await world.bisect(
      "--term-old", terms.old, "--term-new", terms.new, "--good", ends.old, "--bad", ends.new, script: isBroken)
    #expect(answer.status == 0 && answer.culprits == [history.side[2]: ["command"]], "\(answer.outcome)")
    #expect(git.culprit == history.side[2])
    let inverted = try await world.bisect(
      "--term-old", terms.old, "--term-new", terms.new, "--good", ends.old, "--bad", ends.new,
      script: "! \(isBroken)")
    #expect(inverted.status == 1 && inverted.culprits.isEmpty, "0 is the old state: \(inverted.outcome)")
  }

  // MARK: Any history

  @Test(.world, arguments: [UInt64(1), 4])
  func gitNamesTheSameCommitsInAsManyRuns(seed: UInt64) async throws {
    let world = try World.current
    let history = RandomHistory(commits: 40, seed: seed)
    let file = world.root.appending("history")
    try world.write(file.string, history.stream)
    try await world.tool("sh", "-c", "git fast-import --quiet < '\(file)' && git reset --quiet --hard")
    let commits = try await world.git("rev-list", "--reverse", "HEAD").split(separator: "\n").map(String.init)
    try #require(commits.count == 40, "seed \(seed)")
    let merges = history.parents.count { $0.count > 1 }
    #expect(merges > 5, "seed \(seed): \(history.parents)")
    var (runs, steps) = (0, 0)
    for number in stride(from: 4, to: 40, by: 8) {
      let script = "test ! -e commits/\(number)"
      let git = try await answerOfGit(in: world, good: [commits[0]], bad: commits[39], script: script)
      let answer = try await world.bisect("--good", commits[0], script: script)
      #expect(git.culprit == commits[number], "seed \(seed)")
      #expect(
        answer.status == 0 && answer.culprits == [commits[number]: ["command"]], "seed \(seed): \(answer.outcome)")
      // The ends are tried as well. Of two revisions that tell as much each takes its own, which may cost a run.
      #expect(answer.runs <= git.runs + 3, "seed \(seed), commit \(number): \(answer.json)")
      runs += answer.runs
      steps += git.runs
    }
    #expect(runs <= steps + 5 * 2, "seed \(seed): of git and the ends, over five culprits")
  }

  /// The culprit that `git bisect run` names, and how many revisions it ran.
  private func answerOfGit(
    in world: World, good: [String], bad: String, terms: (old: String, new: String) = ("good", "bad"), script: String
  ) async throws -> (culprit: String, runs: Int) {
    let counter = world.root.appending("runs-of-git")
    try world.write(counter.string, "")
    let search = """
      set -eu
      git bisect start --term-new=\(terms.new) --term-old=\(terms.old) \(bad) \(good.joined(separator: " ")) >/dev/null
      git bisect run sh -c "$1"
      git bisect reset
      """
    let said = try await world.tool("sh", "-c", search, "sh", "echo run >> '\(counter)'; \(script)")
    let line = said.split(separator: "\n").first { $0.hasSuffix(" is the first \(terms.new) commit") }
    let culprit = String(try #require(line, "\(said)").prefix(40))
    return (culprit, try world.read(counter).split(separator: "\n").count)
  }
}

extension Answer {
  /// The revisions that were tried, in order.
  fileprivate var tried: [String] { json["trials"].array.compactMap(\.["revision"].string) }
}

/// Two branches that were merged into each other twice and then went on apart: their ends have two merge bases.
private struct CrissCross {
  let good: String
  let bad: String
  let bases: [String]
  /// The commits of the bad branch after the last merge.
  let left: [String]

  /// Makes it, with a file and a tag for each commit.
  ///
  /// The script is run before each commit with its `$name`: `begin`, `left-1` to `left-5`, and `right-1` to `right-3`.
  init(in world: World, _ script: String) async throws {
    let making = """
      set -eu
      add() {
        name=$1
        touch "$name"
        \(script)
        git add --all
        git commit --quiet --message "Add $name"
        git tag "$name"
      }
      cross() {
        git checkout --quiet left
        git merge --quiet --no-ff --message 'Merge right' "right-$1"
        git checkout --quiet right
        git merge --quiet --no-ff --message 'Merge left' "left-$1"
      }
      add begin
      git branch left
      git branch right
      for number in 1 2; do
        git checkout --quiet left
        add "left-$number"
        git checkout --quiet right
        add "right-$number"
        cross "$number"
      done
      add right-3
      git checkout --quiet left
      for number in 3 4 5; do add "left-$number"; done
      """
    try await world.tool("sh", "-c", making)
    let names = try await world.git("rev-parse", "left-2", "right-2", "right-3", "left-3", "left-4", "left-5")
      .split(separator: "\n").map(String.init)
    try #require(names.count == 6)
    (bases, good, left, bad) = (Array(names[..<2]), names[2], Array(names[3...]), names[5])
    let parting = try await world.git("merge-base", "--all", "left", "right").split(separator: "\n").map(String.init)
    try #require(Set(parting) == Set(bases), "\(parting)")
  }
}

/// Commits that branch and are merged as a seed has it; the last descends from all.
private struct RandomHistory {
  /// The parents of each commit, all of which stand before it.
  let parents: [[Int]]

  init(commits count: Int, seed: UInt64) {
    var state = seed
    func number(below bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var parents: [[Int]] = [[]]
    var tips = [0]
    for commit in 1..<count - 1 {
      switch number(below: 4) {
      case 0 where tips.count > 1:
        let first = tips.remove(at: number(below: tips.count))
        let second = tips.remove(at: number(below: tips.count))
        parents.append([first, second])
        tips.append(commit)
      case 1 where tips.count < 4:
        parents.append([max(0, commit - 1 - number(below: 8))])
        tips.append(commit)
      default:
        let branch = number(below: tips.count)
        parents.append([tips[branch]])
        tips[branch] = commit
      }
    }
    self.parents = parents + [tips]
  }

  /// What `git fast-import` makes of it: commits a minute apart, each with a file for itself and for every ancestor.
  var stream: String {
    var contents: [Set<Int>] = []
    var lines: [String] = []
    for (commit, parents) in parents.enumerated() {
      let files = parents.reduce(into: Set([commit])) { $0.formUnion(contents[$1]) }
      contents.append(files)
      lines += [
        "commit refs/heads/main", "mark :\(commit + 1)",
        "committer Ada <ada@example.org> \(1_700_000_000 + 60 * commit) +0000", "data <<.", "Commit \(commit)", ".",
      ]
      for (place, parent) in parents.enumerated() { lines.append("\(place == 0 ? "from" : "merge") :\(parent + 1)") }
      lines.append("deleteall")
      for file in files.sorted() { lines += ["M 100644 inline commits/\(file)", "data 0"] }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
