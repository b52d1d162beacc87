import Foundation
import QuenchEvidence
import QuenchState
import QuenchVerification
import SystemPackage

/// The folder that a CI job keeps of a verification: the logs, and the verdict as JSON, as JUnit and as a statement to sign
/// beside them.
struct ArtifactsFolder: Sendable {
  let path: FilePath

  /// Names a folder, relative to the working directory.
  init(_ path: String) {
    self.path = FilePath(FileManager.default.currentDirectoryPath).pushing(FilePath(path))
  }

  private init(_ path: FilePath) { self.path = path }

  /// The part of it that is one revision's among several.
  func part(_ name: String) -> ArtifactsFolder { ArtifactsFolder(path.appending(name)) }

  /// Makes the folder, and makes sure that it takes files.
  ///
  /// - Throws: `ResultFileError`.
  func check() throws(ResultFileError) {
    do {
      try Self.make(path)
    } catch {
      throw ResultFileError(path: path, cause: error)
    }
  }

  /// Makes a folder where there is none, and tries to make a file in it: what its mode says is not all that decides.
  static func make(_ folder: FilePath) throws {
    var status = stat()
    if stat(folder.string, &status) == 0, status.st_mode & S_IFMT != S_IFDIR { throw Errno.notDirectory }
    try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
    let trial = folder.appending(".quench-\(UUID().uuidString)")
    try FileDescriptor.open(
      trial, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: [.ownerReadWrite]
    ).close()
    unlink(trial.string)
  }

  /// Copies the logs to the folder, and writes the verdict beside them.
  ///
  /// - Throws: `ResultFileError`.
  func collect(_ report: Verification.Report) async throws(ResultFileError) {
    let files = FileManager.default
    do {
      try files.createDirectory(atPath: path.string, withIntermediateDirectories: true)
    } catch {
      throw ResultFileError(path: path, cause: error)
    }
    // What is Quench's own word comes first: nothing that a suite left in its logs keeps it from there.
    try await write(report)
    do {
      for log in report.logs where files.fileExists(atPath: log.string) {
        let target = path.appending(Self.name(of: log).components)
        try files.createDirectory(atPath: target.removingLastComponent().string, withIntermediateDirectories: true)
        TreeRemoval.remove(target)
        try CopiedFiles.copy(log, to: target)
      }
    } catch {
      throw ResultFileError(path: path, cause: error)
    }
  }

  /// Writes the verdict in its three forms.
  private func write(_ report: Verification.Report) async throws(ResultFileError) {
    try await ResultFile(path.appending("junit.xml")).write(JUnitReport.data(on: report.verdict))
    let document: Data, statement: Data
    do {
      document = try VerdictDocument(report.verdict).encoded(indented: true)
      statement = try VerdictStatement(report.verdict).payload() + Data("\n".utf8)
    } catch {
      throw ResultFileError(path: path, cause: error)
    }
    try await ResultFile(path.appending("verdict.json")).write(document)
    try await ResultFile(path.appending("statement.intoto.jsonl")).write(statement)
  }

  /// Instances' logs are in folders of the instances' names, which stand together.
  private static func name(of log: FilePath) -> FilePath {
    let parent = log.removingLastComponent().lastComponent?.string
    let name = FilePath(log.lastComponent?.string ?? "log")
    return parent == "instances" ? FilePath("instances").appending(name.components) : name
  }
}
