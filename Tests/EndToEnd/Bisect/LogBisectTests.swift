import SystemPackage
import Testing

/// `--log` is what git itself would have written, and the terms are git's.
struct LogBisectTests {
  @Test(.world)
  func gitReplaysTheLog() async throws {
    let world = try World.current
    let commits = try await world.commits(20, "test $number -ne 13 || touch broken")
    let log = world.root.appending("bisect.log")
    let answer = try await world.bisect("--good", commits[0], "--log", log.string, script: "test ! -f broken")
    #expect(answer.status == 0, "\(answer.outcome)")
    let said = try await world.git("bisect", "replay", log.string)
    #expect(said.contains("\(commits[12]) is the first bad commit"), "\(said)")
  }

  @Test(.world)
  func logOfWhatIsKnownIsWhole() async throws {
    let world = try World.current
    let commits = try await world.commits(9, "test $number -ne 6 || touch broken")
    let log = world.root.appending("bisect.log")
    let first = try await world.bisect("--good", commits[0], script: "test ! -f broken")
    let second = try await world.bisect("--good", commits[0], "--log", log.string, script: "test ! -f broken")
    #expect(first.status == 0 && second.status == 0 && second.runs == 0, "\(second.outcome)")
    let said = try await world.git("bisect", "replay", log.string)
    #expect(said.contains("\(commits[5]) is the first bad commit"), "\(said)")
  }

  /// What is looked for is a mending: the old revisions are broken, and the command says 0 on them.
  @Test(.world)
  func otherTermsAreTaken() async throws {
    let world = try World.current
    let commits = try await world.commits(12, "if test $number -lt 8; then touch broken; else rm -f broken; fi")
    let log = world.root.appending("bisect.log")
    let answer = try await world.bisect(
      "--term-old", "broken", "--term-new", "mended", "--good", commits[0], "--bad", commits[11], "--log", log.string,
      script: "test -f broken")
    #expect(answer.status == 0 && answer.json["found"].bool == true, "\(answer.outcome)")
    #expect(answer.culprits == [commits[7]: ["command"]], "\(answer.json)")
    let said = try await world.git("bisect", "replay", log.string)
    #expect(said.contains("\(commits[7]) is the first mended commit"), "\(said)")
  }

  @Test(.world)
  func untestableAreSkippedInTheLog() async throws {
    let world = try World.current
    let commits = try await world.commits(3, "case $number in 2) touch untestable;; 3) touch broken;; esac")
    let log = world.root.appending("bisect.log")
    let script = "if test -f broken; then exit 1; elif test -f untestable; then exit 125; fi"
    let answer = try await world.bisect("--good", commits[0], "--log", log.string, script: script)
    #expect(answer.status == 2 && answer.skipped == [commits[1]], "\(answer.outcome)")
    let lines = try world.read(log).split(separator: "\n")
    #expect(lines.contains("git bisect skip \(commits[1])"), "\(lines)")
  }
}
