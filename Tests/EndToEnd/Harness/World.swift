import Foundation
import Subprocess
import Synchronization
import SystemPackage
import Testing

/// A test's own part of the machine: a folder with a git repository, a home and a folder for temporary files.
final class World: Sendable {
  @TaskLocal private static var entered: World?

  /// The world of the test that runs; the trait `.world` makes one.
  static var current: World {
    get throws { try #require(entered, "this test has no trait .world") }
  }

  let root: FilePath
  let repository: FilePath
  let home: FilePath
  let temporary: FilePath

  private let failed = Mutex(false)
  private let endings = Mutex<[@Sendable () async throws -> Void]>([])

  init() throws {
    let template = FilePath(NSTemporaryDirectory()).appending("quench-e2e-XXXXXX")
    var name = Array(template.string.utf8CString)
    guard mkdtemp(&name) != nil else { throw Errno(rawValue: errno) }
    root = FilePath(String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self))
    chmod(root.string, 0o755)
    repository = root.appending("service")
    home = root.appending("home")
    temporary = root.appending("tmp")
    for folder in [repository, home, temporary, home.appending(".cache")] {
      try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
    }
  }

  /// Where a build may write in `home`.
  var packageCache: FilePath { home.pushing(FilePath(".cache/org.swift.swiftpm")) }

  /// The folder of Quench's state.
  var state: FilePath { repository.appending(".quench") }

  /// What every command of this world has in its environment.
  var environment: [String: String] {
    [
      "PATH": Product.searchPath, "HOME": home.string, "TMPDIR": temporary.string, "LANG": "C.UTF-8",
      "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org",
      "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.org",
    ]
  }

  /// Does something at the end of the test, whatever it comes to; last in, first out.
  func atEnd(_ action: @escaping @Sendable () async throws -> Void) {
    endings.withLock { $0.append(action) }
  }

  /// A command that runs `quench` in the repository.
  func command(
    _ arguments: [String], environment: [String: String] = [:], in folder: FilePath? = nil
  ) -> Command {
    Command(
      executable: .path(Product.executable), arguments: arguments,
      environment: self.environment.merging(environment) { $1 }, folder: folder ?? repository)
  }

  /// Runs `quench` in the repository to its end.
  @discardableResult
  func quench(
    _ arguments: String..., environment: [String: String] = [:], in folder: FilePath? = nil,
    sourceLocation: SourceLocation = #_sourceLocation,
    while body: @escaping @Sendable (RunningCommand) async throws -> Void = { _ in }
  ) async throws -> Outcome {
    try await command(arguments, environment: environment, in: folder)
      .run(sourceLocation: sourceLocation, while: body)
  }

  /// Runs another program, which has to succeed, and gives what it printed without blank space around it.
  @discardableResult
  func tool(
    _ program: String, _ arguments: String..., environment: [String: String] = [:], in folder: FilePath? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> String {
    let outcome = try await Command(
      executable: .name(program), arguments: arguments,
      environment: self.environment.merging(environment) { $1 }, folder: folder ?? repository
    ).run(sourceLocation: sourceLocation)
    try #require(outcome.status == 0, "\(program) \(arguments): \(outcome)", sourceLocation: sourceLocation)
    return outcome.stdout.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Gives the world to a test, and ends it: clean-ups, then whatever still runs, then the folder.
  ///
  /// The folder of a test that failed stays.
  func enter(_ body: @Sendable () async throws -> Void) async throws {
    var thrown: (any Error)?
    do { try await Self.$entered.withValue(self, operation: body) } catch { thrown = error }
    while let action = endings.withLock({ $0.popLast() }) {
      do { try await action() } catch { Issue.record("clean-up: \(error)") }
    }
    try await expectNothingRunning()
    for entry in ProcessTable.entries(ofWorld: root) { kill(entry.pid, SIGKILL) }
    if thrown != nil || failed.withLock(\.self) {
      FileHandle.standardError.write(Data("the world of the test that failed: \(root)\n".utf8))
    } else {
      try await remove()
    }
    if let thrown { throw thrown }
  }

  func noteFailure() {
    failed.withLock { $0 = true }
  }

  /// Nothing of this world runs any more, or soon.
  func expectNothingRunning(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let ended = try await comesTrue(within: .seconds(3)) { ProcessTable.entries(ofWorld: root).isEmpty }
    let left = ended ? [] : ProcessTable.entries(ofWorld: root)
    #expect(left.isEmpty, "still running", sourceLocation: sourceLocation)
  }

  /// Removes the folder, by a program: Foundation's own removal has left things behind when many tests end at once.
  private func remove() async throws {
    let script = "chmod -R u+rwX \"$1\"; rm -rf -- \"$1\""
    try await tool("sh", "-c", script, "sh", root.string, in: FilePath("/"))
  }
}
