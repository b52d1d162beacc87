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
  func bareRepositoryHasNoSuitesOfItsOwn() async throws {
    let world = try World.current
    let bare = world.root.appending("bare.git")
    try await world.git("clone", "--quiet", "--bare", world.repository.string, bare.string)
    let home = ["QUENCH_HOME": world.root.appending("state").string]
    @Sendable func quench(_ arguments: String...) async throws -> Outcome {
      try await world.command(arguments + ["--repository", bare.string], environment: home, in: world.home).run()
    }
    let refused = try await quench("verify", "main")
    #expect(refused.status == 78 && refused.stderr.contains("--config"), "\(refused)")
    #expect(try await quench("history", "main").status == 0, "the revision says what the service is called")
    world.atEnd { _ = try await quench("hot", "stop", "--remove") }
    let deployed = try await quench("hot", "deploy", "main")
    #expect(deployed.status == 0, "and all that a deployment needs: \(deployed)")
    #expect(try await quench("hot", "status").status == 0)
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
}
