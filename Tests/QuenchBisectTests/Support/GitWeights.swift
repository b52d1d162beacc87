import Foundation

/// What `git rev-list --bisect-all` says of a history, made for it as a real repository.
struct GitWeights {
  struct Failure: Error {
    let command: String
    let complaint: String
  }

  let directory: URL

  init() throws {
    directory = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent(
      "quench-bisect-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    try git("init", "-q", "-b", "main")
  }

  func remove() { try? FileManager.default.removeItem(at: directory) }

  /// Makes the commits and answers their object ids.
  func write(_ history: RandomHistory) throws -> [String] {
    var stream = ""
    for (commit, parents) in history.parents.enumerated() {
      stream += "commit refs/heads/b\(commit)\nmark :\(commit + 1)\n"
      stream += "committer Grace <grace@example.org> \(1_700_000_000 + commit) +0000\ndata 1\nx\n"
      for (index, parent) in parents.enumerated() { stream += "\(index == 0 ? "from" : "merge") :\(parent + 1)\n" }
      stream += "\n"
    }
    try git("fast-import", "--quiet", "--force", "--export-marks=marks", input: stream)
    var ids = [String](repeating: "", count: history.parents.count)
    let marks = try String(contentsOf: directory.appendingPathComponent("marks"), encoding: .utf8)
    for line in marks.split(separator: "\n") {
      let words = line.dropFirst().split(separator: " ")
      guard words.count == 2, let mark = Int(words[0]) else { continue }
      ids[mark - 1] = String(words[1])
    }
    return ids
  }

  /// For each candidate, the smaller of the candidates it reaches and those it does not.
  func distances(bad: String, goods: [String]) throws -> [String: Int] {
    let output = try git(["rev-list", "--bisect-all", bad] + goods.map { "^\($0)" })
    var distances: [String: Int] = [:]
    for line in output.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard let id = words.first, let range = line.range(of: "dist=") else { continue }
      distances[String(id)] = Int(line[range.upperBound...].prefix { $0.isNumber })
    }
    return distances
  }

  @discardableResult
  func git(_ arguments: String..., input: String = "") throws -> String { try git(arguments, input: input) }

  @discardableResult
  private func git(_ arguments: [String], input: String = "") throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git"] + arguments
    process.currentDirectoryURL = directory
    // Files and not pipes: a child that is started meanwhile may inherit the end of a pipe and keep it open.
    let files = ["in", "out", "err"].map { directory.appendingPathComponent($0) }
    for file in files { try Data((file == files[0] ? input : "").utf8).write(to: file) }
    process.standardInput = try FileHandle(forReadingFrom: files[0])
    process.standardOutput = try FileHandle(forWritingTo: files[1])
    process.standardError = try FileHandle(forWritingTo: files[2])
    process.environment = [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": "/nonexistent",
      "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
    ]
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(
        command: arguments.joined(separator: " "), complaint: try String(contentsOf: files[2], encoding: .utf8))
    }
    return try String(contentsOf: files[1], encoding: .utf8)
  }
}
