import Foundation
import QuenchGit
import SystemPackage

/// A directory for one test, removed with the last reference to it.
final class Scratch: Sendable {
  let path: FilePath

  init() throws {
    path = FilePath(NSTemporaryDirectory()).appending("quench-git-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path.string) }

  var slot: Slot { Slot(path.appending("slot")) }

  /// A new repository on branch `main`.
  func repository(_ name: String = "repository") throws -> ScratchRepository {
    let repository = ScratchRepository(path: path.appending(name))
    try FileManager.default.createDirectory(atPath: repository.path.string, withIntermediateDirectories: true)
    try repository.git("init", "-q", "-b", "main")
    return repository
  }
}

/// A working tree in a scratch directory, changed by the real git.
struct ScratchRepository {
  let path: FilePath
  var git: GitCommand { GitCommand(directory: path) }

  func file(_ name: String) -> FilePath { path.pushing(FilePath(name)) }

  func write(_ name: String, _ text: String, executable: Bool = false) throws {
    try write(name, Data(text.utf8), executable: executable)
  }

  func write(_ name: String, _ data: Data, executable: Bool = false) throws {
    let file = file(name)
    try FileManager.default.createDirectory(
      atPath: file.removingLastComponent().string, withIntermediateDirectories: true)
    try? FileManager.default.removeItem(atPath: file.string)
    try data.write(to: URL(fileURLWithPath: file.string))
    chmod(file.string, executable ? 0o755 : 0o644)
  }

  func link(_ name: String, to target: String) throws {
    try? FileManager.default.removeItem(atPath: file(name).string)
    try FileManager.default.createSymbolicLink(atPath: file(name).string, withDestinationPath: target)
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: file(name).string) }

  /// Commits everything; `time` in seconds makes the order of commits certain.
  @discardableResult
  func commit(_ subject: String, at time: Int? = nil) throws -> String {
    try git("add", "-A", "-f")
    var git = git
    if let time { git.environment = ["GIT_AUTHOR_DATE": "\(time) +0000", "GIT_COMMITTER_DATE": "\(time) +0000"] }
    try git("commit", "-q", "--allow-empty", "-m", subject)
    return try git("rev-parse", "HEAD")
  }

  func open() throws -> Repository { try Repository(containing: path) }
}
