import Foundation
import SystemPackage
import Testing

/// What earlier runs of `quench bisect -- CMD` are good for, and what they are not.
@Suite struct KnownRunsBisectTests {
  private func script(_ text: String, in world: World) throws -> FilePath {
    let path = world.root.appending("check.sh")
    try Data("#!/bin/sh\n\(text)\n".utf8).write(to: URL(filePath: path.string))
    #expect(chmod(path.string, 0o755) == 0)
    return path
  }

  private func bisect(_ world: World, _ words: String...) async throws -> Answer {
    let outcome = try await world.command(["bisect", "--format", "json"] + words).run()
    return Answer(outcome: outcome, json: try JSONValue(document: outcome.stdout))
  }

  @Test(.world)
  func scriptThatWasMendedIsRunAnew() async throws {
    let world = try World.current
    let commits = try await world.commits(12, "case $number in 5) touch five;; 9) touch nine;; esac")
    let path = try script("test ! -e five", in: world).string
    let first = try await bisect(world, "--good", commits[0], "--", path)
    #expect(first.culprits.keys.elementsEqual([commits[4]]), "\(first.outcome)")
    _ = try script("test ! -e nine", in: world)
    let second = try await bisect(world, "--good", commits[0], "--", path)
    #expect(second.culprits.keys.elementsEqual([commits[8]]), "\(second.outcome)")
    #expect(second.json["resumed"].bool == false)
  }

  @Test(.world)
  func runsAreMadeAnewWhereThatIsAskedFor() async throws {
    let world = try World.current
    let commits = try await world.commits(6, "test $number -ne 4 || touch broken")
    let first = try await world.bisect("--good", commits[0], script: "test ! -e broken")
    let again = try await world.bisect("--good", commits[0], "--again", script: "test ! -e broken")
    #expect(again.runs == first.runs && again.json["resumed"].bool == false, "\(again.outcome)")
  }

  @Test(.world)
  func commandThatWasNotThereIsTriedAgain() async throws {
    let world = try World.current
    let commits = try await world.commits(10, "test $number -ne 7 || touch broken")
    let path = world.root.appending("check.sh").string
    let missing = try await bisect(world, "--good", commits[0], "--", path)
    #expect(missing.status == 3, "\(missing.outcome)")
    _ = try script("test ! -e broken", in: world)
    let found = try await bisect(world, "--good", commits[0], "--", path)
    #expect(found.culprits.keys.elementsEqual([commits[6]]), "\(found.outcome)")
    #expect(found.json["assumption"].string == "deterministic", "\(found.json)")
  }

  /// What was wrong with an end may have been mended since.
  @Test(.world)
  func endsThatDisagreedAreRunAgain() async throws {
    let world = try World.current
    let commits = try await world.commits(8, "test $number -ne 5 || touch broken")
    let flag = world.root.appending("lacking").string
    try Data().write(to: URL(filePath: flag))
    let script = "test ! -e '\(flag)' || exit 125; test ! -e broken"
    let first = try await world.bisect("--good", commits[0], script: script)
    #expect(first.status == 2, "\(first.outcome)")
    try FileManager.default.removeItem(atPath: flag)
    let second = try await world.bisect("--good", commits[0], script: script)
    #expect(second.status == 0 && second.culprits.keys.elementsEqual([commits[4]]), "\(second.outcome)")
  }

  @Test(.world)
  func edgeOfAShallowCloneIsNoCulprit() async throws {
    let world = try World.current
    _ = try await world.commits(12, "test $number -ne 3 || touch broken")
    let clone = world.root.appending("shallow").string
    try await world.tool("git", "clone", "-q", "--depth", "5", "file://\(world.repository)", clone)
    let answer = try await bisect(
      world, "--repository", clone, "--good", "HEAD~4", "--", "sh", "-c", "test ! -e broken")
    #expect(answer.status == 1, "it fails there already: \(answer.outcome)")
    let back = try await bisect(world, "--repository", clone, "--", "sh", "-c", "test ! -e broken")
    #expect(back.status == 2 && back.outcome.stderr.contains("git fetch --unshallow"), "\(back.outcome)")
  }

  @Test(.world, arguments: [["skip", "broken"], ["bad", "good"], ["one", "old"]])
  func wordsThatGitUsesInAnotherSenseAreRefused(terms: [String]) async throws {
    let world = try World.current
    let answer = try await bisect(
      world, "--term-old", terms[0], "--term-new", terms[1], "--good", "HEAD~1", "--", "true")
    #expect(answer.status == 64, "\(answer.outcome)")
  }
}
