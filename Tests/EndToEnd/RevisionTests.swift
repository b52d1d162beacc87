import Foundation
import SystemPackage
import Testing

/// Which commit is verified, from whichever expression and whichever kind of clone.
struct RevisionTests {
  private let check = GreeterConfiguration(suites: [("check", "true")])

  @Test(.world("greeter"))
  func anyExpressionGitAccepts() async throws {
    let world = try World.current
    try world.write("quench.yml", check.text)
    let first = try await world.commit("Begin in earnest")
    try await world.git("tag", "--annotate", "--message", "A release", "v1.0")
    try await world.git("branch", "maintenance")
    try world.write("later", "yes")
    let second = try await world.commit("Something later")
    let expressions = [
      ("HEAD~1", first), ("v1.0", first), ("v1.0^{commit}", first), ("maintenance", first), (":/in earnest", first),
      (String(first.prefix(9)), first), ("main@{0}", second), ("@", second), ("main^{/Begin}", first),
      ("refs/heads/main", second),
    ]
    for (expression, commit) in expressions {
      let answer = try await world.ask("verify", expression)
      #expect(answer.json["revision"].string == commit, "\(expression): \(answer.outcome)")
      #expect(answer.status == 0, "\(expression)")
    }
  }

  @Test(.world("greeter"), arguments: ["nowhere", "HEAD~99", "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef", "HEAD:"])
  func unknownRevisionIsWrongUsage(expression: String) async throws {
    let world = try World.current
    let outcome = try await world.quench("verify", expression)
    #expect(outcome.status == 64, "\(outcome)")
    #expect(outcome.stderr.contains(expression))
    #expect(outcome.stderr.contains("next:"))
  }

  @Test(.world)
  func repositoryWithoutCommitsIsRefused() async throws {
    let world = try World.current
    try world.write("quench.yml", check.text)
    let outcome = try await world.quench("verify")
    #expect(outcome.status == 64, "\(outcome)")
    #expect(outcome.stderr.contains("next:"))
  }

  @Test(.world("greeter"))
  func folderThatIsNoRepositoryIsRefused() async throws {
    let world = try World.current
    let outcome = try await world.quench("verify", in: world.home)
    #expect([64, 78, 3].contains(outcome.status), "\(outcome)")
    #expect(outcome.stderr.contains("--repository"))
    let elsewhere = try await world.quench("verify", "--repository", world.repository.string, in: world.home)
    #expect(elsewhere.passed, "\(elsewhere)")
  }

  @Test(.world("greeter"))
  func dirtyTreeIsSaidOnceAndNotBuilt() async throws {
    let world = try World.current
    let commit = try await world.git("rev-parse", "--short=7", "HEAD")
    try world.write("greeter.py", "this is not Python")
    let outcome = try await world.quench("verify")
    #expect(outcome.passed, "the commit is built, not the working tree: \(outcome)")
    let lines = outcome.stderr.split(separator: "\n").filter { $0.contains("uncommitted") }
    #expect(lines.count == 1, "\(outcome)")
    #expect(lines.first?.contains(commit) == true)
    #expect(try world.read(world.repository.appending("greeter.py")) == "this is not Python", "nothing is touched")
  }

  @Test(.world("greeter"))
  func bareRepositoryTakesANamedConfiguration() async throws {
    let world = try World.current
    let bare = world.root.appending("bare.git")
    try await world.git("clone", "--quiet", "--bare", world.repository.string, bare.string)
    let configuration = world.repository.appending("quench.yml").string
    let home = ["QUENCH_HOME": world.root.appending("state").string]
    let outcome = try await world.quench(
      "verify", "main", "--repository", bare.string, "--config", configuration, environment: home, in: world.home)
    #expect(outcome.passed, "\(outcome)")
  }

  @Test(.world("greeter"))
  func worktreeIsVerifiedAtItsOwnHead() async throws {
    let world = try World.current
    let tree = world.root.appending("worktree")
    try await world.git("worktree", "add", "--quiet", "-b", "side", tree.string)
    try world.write(tree.appending("note").string, "side")
    try await world.git("add", "note", in: tree)
    try await world.git("commit", "--quiet", "--message", "On the side", in: tree)
    let head = try await world.git("rev-parse", "HEAD", in: tree)
    let outcome = try await world.command(["verify", "--format", "json"], in: tree).run()
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try JSONValue(document: outcome.stdout)["revision"].string == head)
  }

  @Test(.world("greeter"))
  func subfolderWorksAsTheRootDoes() async throws {
    let world = try World.current
    try world.write("docs/readme", "text")
    let outcome = try await world.quench("verify", in: world.repository.appending("docs"))
    #expect(outcome.passed, "\(outcome)")
    #expect(!world.exists(world.repository.appending("docs").appending(".quench")), "the state is beside quench.yml")
  }

  @Test(.world("greeter"))
  func shallowCloneSaysHowToDeepen() async throws {
    let world = try World.current
    let first = try await world.git("rev-parse", "HEAD")
    try await world.commit("Second")
    try await world.commit("Third")
    let clone = world.root.appending("shallow")
    try await world.git("clone", "--quiet", "--depth", "1", "file://\(world.repository)", clone.string)
    let head = try await world.quench("verify", in: clone)
    #expect(head.passed, "\(head)")
    for revision in [first, "HEAD~2"] {
      let missing = try await world.quench("verify", revision, in: clone)
      #expect(missing.status == 64, "\(revision): \(missing)")
      #expect(missing.stderr.contains("shallow"), "\(missing)")
      #expect(missing.stderr.contains("git fetch") && missing.stderr.contains("nshallow"), "\(missing)")
    }
  }

  @Test(.world("greeter"))
  func submodulesAreCheckedOutAtTheRecordedCommit() async throws {
    let world = try World.current
    let library = world.root.appending("library")
    try await world.git("init", "--quiet", "--initial-branch", "main", library.string)
    for word in ["recorded", "later"] {
      try world.write(library.appending("word").string, word)
      try await world.git("add", "word", in: library)
      try await world.git("commit", "--quiet", "--message", word, in: library)
    }
    try await world.git("submodule", "--quiet", "add", library.string, "vendor/library")
    let vendored = world.repository.appending("vendor").appending("library")
    try await world.git("checkout", "--quiet", "HEAD~1", in: vendored)
    let build = "grep -qx recorded vendor/library/word && mkdir -p build && cp greeter.py build/greeter"
    try world.write("quench.yml", GreeterConfiguration(build: build, suites: [("check", "true")]).text)
    try await world.commit("Use the library")
    try await world.git("checkout", "--quiet", "main", in: vendored)
    let outcome = try await world.quench("verify")
    #expect(outcome.passed, "\(outcome)")

    let clone = world.root.appending("clone")
    try await world.git("clone", "--quiet", world.repository.string, clone.string)
    let missing = try await world.quench("verify", in: clone)
    #expect(missing.status == 3, "\(missing)")
    #expect(missing.text.contains("vendor/library"), "\(missing)")
    #expect(missing.text.contains("git submodule update"), "\(missing)")
  }

  @Test(.world("greeter"))
  func lFSPointerIsAnErrorThatSaysWhatToDo() async throws {
    let world = try World.current
    try world.write(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n")
    try world.write(
      "weights.bin",
      "version https://git-lfs.github.com/spec/v1\noid sha256:\(String(repeating: "a", count: 64))\nsize 12345\n")
    try await world.commit("Add weights")
    let outcome = try await world.quench("verify")
    #expect(outcome.status == 3, "\(outcome)")
    #expect(outcome.text.contains("weights.bin"))
    #expect(outcome.text.contains("git lfs"), "\(outcome)")
  }

  @Test(.world("greeter"))
  func noHookOrFilterOfTheRepositoryRuns() async throws {
    let world = try World.current
    let trace = world.root.appending("ran")
    for hook in ["post-checkout", "pre-commit", "post-index-change", "reference-transaction"] {
      try world.write(".git/hooks/\(hook)", "#!/bin/sh\necho \(hook) >> \(trace)\n", executable: true)
    }
    let filter = "sh -c 'echo filter >> \(trace); cat'"
    try await world.git("config", "filter.spy.smudge", filter)
    try await world.git("config", "filter.spy.clean", filter)
    try await world.git("config", "core.fsmonitor", "sh -c 'echo fsmonitor >> \(trace)'")
    try world.write(".gitattributes", "*.py filter=spy\n")
    try await world.commit("Filter")
    try? FileManager.default.removeItem(atPath: trace.string)
    let outcome = try await world.quench("verify")
    #expect(!world.exists(trace), "\((try? world.read(trace)) ?? "")")
    #expect(outcome.passed || (outcome.status == 3 && outcome.text.contains("next:")), "\(outcome)")
  }

  @Test(.world("greeter"), .enabled(if: getuid() == 0, "only root can give a folder away"))
  func foreignOwnedCheckoutSaysHow() async throws {
    let world = try World.current
    try await world.tool("chown", "-R", "65534:65534", world.repository.string)
    let outcome = try await world.quench("verify")
    #expect([64, 78, 3].contains(outcome.status), "\(outcome)")
    #expect(outcome.stderr.contains("safe.directory"), "\(outcome)")
    try await world.git("config", "--global", "--add", "safe.directory", world.repository.string)
    let trusted = try await world.quench("verify")
    #expect(trusted.passed, "\(trusted)")
  }

  @Test(.world("greeter"))
  func fileModesSymbolicLinksAndLineEndingsAreRight() async throws {
    let world = try World.current
    let build = """
      test -x smoke.sh && test ! -x test_greeter.py
      test "$(readlink link)" = greeter.py
      printf 'a\\r\\nb\\r\\n' | cmp - windows.txt
      printf 'a\\nb\\n' | cmp - unix.txt
      mkdir -p build && cp greeter.py build/greeter
      """
    try world.write("quench.yml", GreeterConfiguration(build: "set -e\n" + build, suites: [("check", "true")]).text)
    try world.write(".gitattributes", "windows.txt text eol=crlf\nunix.txt text eol=lf\n")
    try world.write("windows.txt", "a\r\nb\r\n")
    try world.write("unix.txt", "a\nb\n")
    try FileManager.default.createSymbolicLink(
      atPath: world.repository.appending("link").string, withDestinationPath: "greeter.py")
    try await world.commit("Modes, links, endings")
    let outcome = try await world.quench("verify")
    #expect(outcome.passed, "\(outcome)")
  }

  @Test(.world("greeter"))
  func nextRevisionTouchesOnlyWhatDiffers() async throws {
    // The slot is reused: an unchanged file keeps its time, a changed one does not, a removed one is gone.
    let world = try World.current
    try world.write("quench.yml", check.text)
    try world.write("same", "same")
    try world.write("gone", "gone")
    try world.write("changed", "before")
    let build = """
      stat --format '%n %y' same changed > $TMPDIR/times; cat $TMPDIR/times; ls
      mkdir -p build && cp greeter.py build/greeter
      """
    var configuration = check
    configuration.build = build
    try world.write("quench.yml", configuration.text)
    try await world.commit("Before")
    let first = try await world.quench("verify", "--verbose")
    try await world.git("rm", "--quiet", "gone")
    try world.write("changed", "after")
    try await world.commit("After")
    let second = try await world.quench("verify", "--verbose")
    #expect(first.passed && second.passed, "\(first)\n\(second)")
    let time = { (outcome: Outcome, name: String) in
      outcome.text.split(separator: "\n").first { $0.contains("\(name) 20") }.map { String($0.suffix(35)) }
    }
    let same = try #require(time(first, "same"), "\(first)")
    #expect(time(second, "same") == same)
    let changed = try #require(time(first, "changed"))
    #expect(time(second, "changed") != changed)
  }
}
