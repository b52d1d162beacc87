import Foundation
import Subprocess
import SystemPackage
import Testing

/// Machines as they come: a user who is not root, a home that cannot be written, paths that are long, a full disk.
struct MachineTests {
  @Test(
    .world("greeter"), .enabled(if: getuid() == 0 && Product.has("setpriv"), "only root can become somebody else"))
  func userWithoutRightsAndWithAReadOnlyHome() async throws {
    let world = try World.current
    // Folders above the build may be closed to others.
    let program = world.root.appending("quench")
    try await world.tool("cp", "--reflink=auto", Product.executable.string, program.string)
    let user = "65534"
    try await world.tool("chown", "-R", "\(user):\(user)", world.repository.string, world.temporary.string)
    chmod(world.home.string, 0o555)
    chmod(world.home.appending(".cache").string, 0o555)
    let command = Command(
      executable: .name("setpriv"),
      arguments: [
        "--reuid", user, "--regid", user, "--clear-groups", "--", program.string, "verify", "--format", "json",
      ], environment: world.environment, folder: world.repository)
    let outcome = try await command.run()
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try JSONValue(document: outcome.stdout)["result"].string == "PASSED")
    try await world.expectNothingRunning()
  }

  @Test(
    .world("greeter"), .enabled(if: getuid() == 0 && Product.has("setpriv"), "only root can become somebody else"))
  func checkoutOfAnotherUserIsReadWhenItIsTrusted() async throws {
    let world = try World.current
    let program = world.root.appending("quench")
    try await world.tool("cp", "--reflink=auto", Product.executable.string, program.string)
    let user = "65534", state = world.root.appending("state")
    try FileManager.default.createDirectory(atPath: state.string, withIntermediateDirectories: false)
    try await world.tool("chown", "\(user):\(user)", world.temporary.string, state.string)
    func verify() async throws -> Outcome {
      try await Command(
        executable: .name("setpriv"),
        arguments: ["--reuid", user, "--regid", user, "--clear-groups", "--", program.string, "verify"],
        environment: world.environment.merging(["QUENCH_HOME": state.string]) { $1 }, folder: world.repository
      ).run()
    }
    let refused = try await verify()
    #expect(refused.status == 3 && refused.stderr.contains("safe.directory"), "\(refused)")
    try await world.git("config", "--global", "--add", "safe.directory", world.repository.string)
    chmod(world.home.string, 0o555)
    chmod(world.home.appending(".cache").string, 0o555)
    let trusted = try await verify()
    #expect(trusted.passed, "nothing has to be written to the checkout or to HOME: \(trusted)")
    #expect(!world.exists(world.state))
    try await world.expectNothingRunning()
  }

  @Test(.world("greeter"))
  func pathsLongerThanASocketAddress() async throws {
    let world = try World.current
    let long = world.root.pushing(FilePath((1...6).map { "a-rather-long-folder-name-\($0)" }.joined(separator: "/")))
    try FileManager.default.createDirectory(atPath: long.string, withIntermediateDirectories: true)
    let clone = long.appending("service")
    try await world.git("clone", "--quiet", world.repository.string, clone.string)
    #expect(clone.string.utf8.count > 150)
    let verified = try await world.quench("verify", in: clone)
    #expect(verified.passed, "\(verified)")
    world.atEnd { try await world.quench("hot", "stop", "--remove", in: clone) }
    let deployed = try await world.quench("hot", "deploy", in: clone)
    #expect(deployed.status == 0, "\(deployed)")
    let again = try await world.quench("verify", in: clone)
    #expect(again.passed, "\(again)")
  }

  @Test(.world("greeter"))
  func pathsWithBlanksAndLettersOfOtherScripts() async throws {
    let world = try World.current
    let clone = world.root.appending("my service – très bon")
    try await world.git("clone", "--quiet", world.repository.string, clone.string)
    let outcome = try await world.quench("verify", in: clone)
    #expect(outcome.passed, "\(outcome)")
  }

  @Test(.world("greeter"), .enabled(if: getuid() == 0, "only root can mount"))
  func fullDiskIsAnErrorAndLeavesNothingHalf() async throws {
    let world = try World.current
    let state = world.root.appending("small")
    try FileManager.default.createDirectory(atPath: state.string, withIntermediateDirectories: true)
    try await world.tool("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", state.string)
    world.atEnd { try await world.tool("umount", "--lazy", state.string) }
    try world.write(
      "quench.yml",
      GreeterConfiguration(
        build: "mkdir -p build && cp greeter.py build/greeter && head -c 50M /dev/zero >> build/greeter",
        suites: [("check", "true")]
      ).text)
    try await world.commit("Too much")
    let home = ["QUENCH_HOME": state.string]
    let outcome = try await world.quench("verify", environment: home)
    #expect(outcome.status == 3, "\(outcome)")
    #expect(outcome.text.lowercased().contains("space"), "\(outcome)")
    #expect(outcome.text.contains("next:"), "\(outcome)")
    try await world.expectNothingRunning()
    try await world.tool("mount", "-o", "remount,size=200m", state.string)
    try world.write("quench.yml", GreeterConfiguration(suites: [("check", "true")]).text)
    try await world.commit("Less")
    let second = try await world.quench("verify", environment: home)
    #expect(second.passed, "\(second)")
  }

  @Test(.world("greeter"), .enabled(if: getuid() == 0, "only root can mount"))
  func noRoomForTheStateIsSaid() async throws {
    let world = try World.current
    let state = world.root.appending("none")
    try FileManager.default.createDirectory(atPath: state.string, withIntermediateDirectories: true)
    try await world.tool("mount", "-t", "tmpfs", "-o", "nr_inodes=1", "tmpfs", state.string)
    world.atEnd { try await world.tool("umount", "--lazy", state.string) }
    let outcome = try await world.quench("verify", environment: ["QUENCH_HOME": state.string])
    #expect(outcome.status == 3, "\(outcome)")
    #expect(outcome.stderr.contains("the disk is full: cannot write Quench's folder \(state)"), "\(outcome)")
    #expect(outcome.stderr.contains("No space left on device") && outcome.stderr.contains("next: free space"))
  }

  @Test(.world("greeter"))
  func twoVerificationsAtOnceDoNotDisturbEachOther() async throws {
    let world = try World.current
    let first = try await world.git("rev-parse", "HEAD")
    try world.write("note", "another build")
    let second = try await world.commit("A note")
    async let one = world.ask("verify", first)
    async let two = world.ask("verify", second)
    for answer in try await [one, two] { #expect(answer.status == 0, "\(answer.outcome)") }
    let history = try await world.ask("history")
    #expect(history.json["commits"].array.map(\.["result"].string) == ["PASSED", "PASSED"])
  }

  @Test(.world("greeter"))
  func pythonServiceNeedsNoSwift() async throws {
    let world = try World.current
    let outcome = try await world.quench("verify", environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"])
    #expect(outcome.passed, "\(outcome)")
  }

  @Test(.world("greeter"))
  func freshHomeHasRoomForThePackageCaches() async throws {
    let world = try World.current
    try FileManager.default.removeItem(atPath: world.home.appending(".cache").string)
    try world.write(
      "quench.yml",
      GreeterConfiguration(
        build: "mkdir -p $HOME/.cache/org.swift.swiftpm/packages build && cp greeter.py build/greeter",
        suites: [("check", "true")]
      ).text)
    try await world.commit("Cache packages")
    let outcome = try await world.quench("verify")
    #expect(outcome.passed, "\(outcome)")
  }
}
