import Foundation
import Subprocess
import SystemPackage
import Testing

extension World {
  /// Makes the repository, with a branch `main` and no commit.
  func begin() async throws {
    try await git("init", "--quiet", "--initial-branch", "main")
  }

  /// Makes the repository, with a fixture's files as its first commit.
  func begin(with fixture: String) async throws {
    try await begin()
    let folder = Product.fixtures.appending(fixture)
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.string) where !name.hasPrefix("__") {
      try copy(folder.appending(name), to: name)
    }
    try await commit("The \(fixture)")
  }

  /// Copies a file, with its mode, into the repository.
  ///
  /// By reading and writing: `copyItem` has been seen to say that a file which is there is not, when many tests copy
  /// at the same time.
  func copy(_ file: FilePath, to name: String) throws {
    var status = stat()
    guard stat(file.string, &status) == 0 else { throw Errno(rawValue: errno) }
    let target = repository.appending(name).string
    try Data(contentsOf: URL(filePath: file.string)).write(to: URL(filePath: target))
    guard chmod(target, status.st_mode & 0o777) == 0 else { throw Errno(rawValue: errno) }
  }

  /// Runs git in the repository.
  @discardableResult
  func git(
    _ arguments: String..., in folder: FilePath? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> String {
    let command = Command(
      executable: .name("git"), arguments: ["-c", "protocol.file.allow=always"] + arguments, environment: environment,
      folder: folder ?? repository)
    let outcome = try await command.run(sourceLocation: sourceLocation)
    try #require(outcome.status == 0, "git \(arguments): \(outcome)", sourceLocation: sourceLocation)
    return outcome.stdout.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Commits everything there is, and gives the commit's name.
  @discardableResult
  func commit(_ subject: String) async throws -> String {
    try await git("add", "--all")
    try await git("commit", "--quiet", "--allow-empty", "--message", subject)
    return try await git("rev-parse", "HEAD")
  }

  /// Writes a file of the working tree.
  func write(_ path: String, _ text: String, executable: Bool = false) throws {
    let file = repository.pushing(FilePath(path))
    try FileManager.default.createDirectory(
      atPath: file.removingLastComponent().string, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(filePath: file.string))
    if executable { chmod(file.string, 0o755) }
  }

  /// Replaces a text in a file of the working tree, which has to be there.
  func replace(
    _ text: String, by other: String, in path: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = try read(repository.pushing(FilePath(path)))
    try #require(before.contains(text), "\(path) has no '\(text)'", sourceLocation: sourceLocation)
    try Data(before.replacing(text, with: other).utf8).write(
      to: URL(filePath: repository.pushing(FilePath(path)).string))
  }

  func read(_ file: FilePath) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: file.string)), as: UTF8.self)
  }

  func exists(_ file: FilePath) -> Bool {
    FileManager.default.fileExists(atPath: file.string)
  }

  /// The paths of everything below a folder, relative to it and sorted.
  func files(below folder: FilePath) throws -> [String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.string)
    let paths = try names.flatMap { name in
      var status = stat()
      let inner = folder.appending(name)
      guard lstat(inner.string, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return [name] }
      return [name] + (try files(below: inner)).map { "\(name)/\($0)" }
    }
    return paths.sorted()
  }
}
