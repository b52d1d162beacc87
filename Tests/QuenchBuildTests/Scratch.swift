import Foundation
import SystemPackage

/// A folder of a test's own, removed with it.
final class Scratch: Sendable {
  let path: FilePath

  init() throws {
    let base = FilePath(NSTemporaryDirectory()).appending("quench-build-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: base.string, withIntermediateDirectories: true)
    // So that paths can be compared with resolved ones.
    guard let text = realpath(base.string, nil) else { throw Errno(rawValue: errno) }
    defer { free(text) }
    path = FilePath(platformString: text)
  }

  deinit {
    _ = try? Command.run("chmod -R u+w \(path) && rm -rf \(path)", in: "/")
  }

  @discardableResult
  func write(_ name: String, _ text: String = "", executable: Bool = false) throws -> FilePath {
    let file = path.pushing(FilePath(name))
    try folder(FilePath(name).removingLastComponent().string)
    try Data(text.utf8).write(to: URL(filePath: file.string))
    chmod(file.string, executable ? 0o755 : 0o644)
    return file
  }

  @discardableResult
  func folder(_ name: String) throws -> FilePath {
    let folder = path.pushing(FilePath(name))
    try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
    return folder
  }

  func link(_ name: String, to target: String) throws {
    try folder(FilePath(name).removingLastComponent().string)
    try FileManager.default.createSymbolicLink(atPath: path.pushing(FilePath(name)).string, withDestinationPath: target)
  }

  func read(_ name: String) throws -> String {
    try String(contentsOfFile: path.pushing(FilePath(name)).string, encoding: .utf8)
  }
}

/// Runs programs that tests compare with.
enum Command {
  struct Failure: Error {
    let status: Int32
    let output: String
  }

  /// What a shell command printed, both streams together.
  @discardableResult
  static func run(_ command: String, in folder: FilePath) throws -> String {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", command]
    process.currentDirectoryURL = URL(filePath: folder.string)
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(status: process.terminationStatus, output: output)
    }
    return output
  }
}
