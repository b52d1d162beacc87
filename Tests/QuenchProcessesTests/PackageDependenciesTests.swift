import Foundation
import QuenchProcesses
import QuenchState
import SystemPackage
import Testing

/// What a package depends on is fetched before it is built, one build at a time, by a `swift` that tells what it is asked for.
struct PackageDependenciesTests {
  private let temporary: TemporaryDirectory
  private let package: FilePath
  private var scratch: FilePath { package.appending(".build") }
  private var calls: FilePath { temporary.path.appending("calls") }

  init() throws {
    temporary = try TemporaryDirectory()
    package = temporary.path.appending("package")
    for folder in [package, temporary.path.appending("bin")] {
      try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
    }
    try write(#"let package = Package(name: "p", dependencies: [.package(url: "a", from: "1.0.0")])"#, "Package.swift")
  }

  private func write(_ text: String, _ name: String) throws {
    try text.write(toFile: package.appending(name).string, atomically: false, encoding: .utf8)
  }

  /// Puts a `swift` onto the path of the builds.
  private func swift(_ script: String) throws {
    let path = temporary.path.appending("bin").appending("swift").string
    try "#!/bin/sh\n\(script)\n".write(toFile: path, atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
  }

  /// Builds by a command that is said to be another one where it is to be read.
  private func build(
    _ command: String = "echo built >> \"$CALLS\"", as words: String = "swift build", timeout: Duration? = nil
  ) async throws -> CommandOutcome {
    let environment = ["PATH": "\(temporary.path.appending("bin")):/usr/bin:/bin", "CALLS": calls.string]
    let caches = DownloadCaches.own(temporary.path.appending("caches"))
    return try await Launcher.located().runBuild(
      .shell(command, environment: environment, workingDirectory: package), log: "/dev/null",
      dependencies: PackageDependencies(builtBy: words, in: package, caches: caches), timeout: timeout)
  }

  private var told: [String] {
    ((try? String(contentsOfFile: calls.string, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
  }

  @Test func theyAreFetchedFirst() async throws {
    try swift("echo \"$@\" >> \"$CALLS\"")
    let outcome = try await build()
    #expect(outcome.isSuccess)
    #expect(told == ["package resolve --package-path \(package) --scratch-path \(scratch)", "built"])
  }

  @Test func thoseOfAnotherFolderAreFetchedThere() async throws {
    try FileManager.default.createDirectory(atPath: package.appending("web").string, withIntermediateDirectories: true)
    try write(".package(", "web/Package.swift")
    try swift("echo \"$@\" >> \"$CALLS\"")
    _ = try await build("true", as: "swift build --package-path web --scratch-path=out --force-resolved-versions")
    #expect(
      told == [
        "package resolve --package-path \(package.appending("web")) --scratch-path \(package.appending("out")) "
          + "--force-resolved-versions"
      ])
  }

  @Test func whatNeedsNothingIsBuiltAtOnce() async throws {
    try swift("echo \"$@\" >> \"$CALLS\"")
    try write("let package = Package(name: \"p\")", "Package.swift")
    _ = try await build()
    #expect(told == ["built"])
  }

  @Test func theyAreFetchedOnceForAManifest() async throws {
    try swift("mkdir -p .build; echo fetched >> \"$CALLS\"; echo {} > .build/workspace-state.json")
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -60)], ofItemAtPath: package.appending("Package.swift").string)
    _ = try await build()
    _ = try await build()
    #expect(told == ["fetched", "built", "built"])
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: 60)], ofItemAtPath: package.appending("Package.swift").string)
    _ = try await build()
    #expect(told == ["fetched", "built", "built", "fetched", "built"])
  }

  @Test(arguments: ["make", "cp source app", "swift build --package-path \"$WHERE\""])
  func whatBuildsNoPackageThatIsKnownFetchesNothing(command: String) async throws {
    try swift("echo \"$@\" >> \"$CALLS\"")
    _ = try await build(as: command)
    #expect(told == ["built"])
  }

  /// A repository that another build had fetched by half when it was copied has no tags, and none of its own come to it.
  @Test func halfOfARepositoryIsFetchedAnew() async throws {
    for (name, refs) in [("half", ""), ("whole", "packed-refs")] {
      let folder = scratch.appending("repositories").appending(name)
      for part in ["objects", "refs"] {
        try FileManager.default.createDirectory(
          atPath: folder.appending(part).string, withIntermediateDirectories: true)
      }
      if !refs.isEmpty { try "refs".write(toFile: folder.appending(refs).string, atomically: false, encoding: .utf8) }
    }
    try swift(
      "echo run >> \"$CALLS\"; test -d .build/repositories/half && { echo 'error: Dependencies could not be resolved'; exit 1; }; "
        + "test -d .build/repositories/whole")
    let outcome = try await build()
    #expect(outcome.isSuccess && told == ["run", "run", "built"])
  }

  @Test func whatCannotBeFetchedIsLeftForTheBuildToSay() async throws {
    try swift("echo run >> \"$CALLS\"; echo 'error: no such thing'; exit 1")
    let outcome = try await build("echo 'no such package'; exit 7")
    #expect(outcome.ending == .exited(7) && outcome.lastLines == ["no such package"] && told == ["run"])
    try FileManager.default.removeItem(atPath: temporary.path.appending("bin").appending("swift").string)
    #expect(try await build().isSuccess)
  }

  @Test func theyAreFetchedWithinTheTimeOfTheBuild() async throws {
    try swift("exec sleep 600")
    let outcome = try await build("exec sleep 600", timeout: .milliseconds(300))
    #expect(outcome.timedOut && outcome.duration < .seconds(600))
  }

  @Test func oneBuildFetchesAtATime() async throws {
    try swift("echo begin >> \"$CALLS\"; sleep 0.05; echo end >> \"$CALLS\"")
    try await withThrowingTaskGroup { group in
      for _ in 0..<6 { group.addTask { _ = try await build("true") } }
      try await group.waitForAll()
    }
    #expect(told == Array(repeating: ["begin", "end"], count: 6).flatMap { $0 })
  }
}
