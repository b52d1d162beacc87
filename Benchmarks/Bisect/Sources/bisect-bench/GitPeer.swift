import Foundation
import QuenchBisect

/// The same choice by git, in a repository made of the same history.
enum GitPeer {
  struct Failure: Error {
    let command: String
  }

  /// Choosing among 20,000 commits, against `git rev-list --bisect`; nil where there is no git.
  static func row(seed: UInt64) throws -> Row? {
    var generator = SeededGenerator(seed: seed)
    let parents = Histories.branched(20_000, open: 30, &generator)
    let directory = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent(
      "bisect-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    var stream = ""
    for (commit, parents) in parents.enumerated() {
      stream += "commit refs/tags/c\(commit == 0 || commit == 19_999 ? String(commit) : "")\nmark :\(commit + 1)\n"
      stream += "committer Bench <bench@example.com> \(1_700_000_000 + commit) +0000\ndata 1\nx\n"
      for (index, parent) in parents.enumerated() { stream += "\(index == 0 ? "from" : "merge") :\(parent + 1)\n" }
    }
    let input = directory.appendingPathComponent("stream")
    try Data(stream.utf8).write(to: input)
    guard (try? git(["init", "-q", "."], in: directory)) != nil else { return nil }
    try git(["fast-import", "--quiet", "--force"], in: directory, input: input)
    let clock = ContinuousClock()
    let theirs = try clock.measure { try git(["rev-list", "--bisect", "c19999", "^c0"], in: directory) }
    var chosen: [String] = []
    let ours = try clock.measure {
      let space = try Histories.space(parents)
      let ends = [
        Observation(space.bad, .ran(passed: [], failed: ["test"])),
        Observation(space.goods[0], .ran(passed: ["test"], failed: [])),
      ]
      chosen = Bisection(space, tests: ["test"], resuming: ends).next()
    }
    guard chosen.count == 1 else { return nil }
    return .atMost(
      "bisect-plan-git", ours / theirs, 1,
      "a choice among 20,000 commits, the graph's making included / git rev-list --bisect: \(ours) / \(theirs)")
  }

  private static func git(_ arguments: [String], in directory: URL, input: URL? = nil) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git"] + arguments
    process.currentDirectoryURL = directory
    process.standardOutput = FileHandle.nullDevice
    process.standardInput = try input.map { try FileHandle(forReadingFrom: $0) } ?? FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(command: arguments.joined(separator: " ")) }
  }
}
