import Foundation
import SystemPackage

/// Runs the git on PATH, apart from the user's configuration.
struct GitCommand {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  let directory: FilePath
  var environment: [String: String] = [:]

  /// Standard output without the last newline.
  @discardableResult
  func callAsFunction(_ arguments: String..., input: String? = nil) throws -> String {
    try run(arguments, input: input.map { Data($0.utf8) })
  }

  @discardableResult
  func run(_ arguments: [String], input: Data? = nil) throws -> String {
    let output = try data(arguments, input: input)
    var text = String(decoding: output, as: UTF8.self)
    if text.hasSuffix("\n") { text.removeLast() }
    return text
  }

  func data(_ arguments: [String], input: Data? = nil) throws -> Data {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git"] + arguments
    process.currentDirectoryURL = URL(fileURLWithPath: directory.string)
    process.environment = Self.environment.merging(environment) { $1 }
    // Files and not pipes: a child that is started meanwhile may inherit the end of a pipe and keep it open.
    let names = try ["in", "out", "err"].map { name in
      let path = NSTemporaryDirectory() + "/quench-git-command-\(UUID().uuidString).\(name)"
      try (name == "in" ? input ?? Data() : Data()).write(to: URL(fileURLWithPath: path))
      return path
    }
    defer { for name in names { try? FileManager.default.removeItem(atPath: name) } }
    let handles = try (
      FileHandle(forReadingFrom: URL(fileURLWithPath: names[0])),
      FileHandle(forWritingTo: URL(fileURLWithPath: names[1])),
      FileHandle(forWritingTo: URL(fileURLWithPath: names[2]))
    )
    (process.standardInput, process.standardOutput, process.standardError) = handles
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      let complaint = try String(contentsOf: URL(fileURLWithPath: names[2]), encoding: .utf8)
      throw Failure(description: "git \(arguments.joined(separator: " ")): \(complaint)")
    }
    return try Data(contentsOf: URL(fileURLWithPath: names[1]))
  }

  private static let environment = [
    "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": "/nonexistent",
    "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "Ada", "LC_ALL": "C.UTF-8",
    "GIT_AUTHOR_EMAIL": "ada@example.org", "GIT_COMMITTER_NAME": "Grace", "GIT_COMMITTER_EMAIL": "grace@example.org",
    "GIT_ALLOW_PROTOCOL": "file",
  ]
}
