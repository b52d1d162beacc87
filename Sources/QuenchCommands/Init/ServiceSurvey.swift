import Foundation
import SystemPackage

/// What `quench init` found out about a service by looking at its folder.
struct ServiceSurvey: Sendable, Equatable {
  /// A suite that the folder's tests suggest.
  struct Suite: Sendable, Equatable {
    var name: String
    /// The filter of a `swift-test` suite, or nil for a command.
    var filter: String?
    /// The command of a `command` suite, or nil for `swift-test`.
    var command: String?
    /// Whether the tests need instances of the service.
    var needsInstances = true
    /// The folder of the package of a `swift-test` suite, from the repository's root.
    var package = "."
  }

  var name: String
  var build: String?
  var outputs: [String]
  var run: String
  /// The path of the health check, or nil where only a connection can be checked.
  var healthPath: String?
  var suites: [Suite] = []
  /// What could not be found out and was guessed, for people to look at.
  var guesses: [String] = []
}

/// Looks at the text of a service's sources for what no manifest says: its port option and its health path.
struct SourceHints: Sendable {
  private let text: String

  /// Reads the sources below `folder`, at most 4 MiB of them.
  init(below folder: FilePath, extensions: Set<String>) {
    var text = ""
    let skipped: Set<String> = [".build", ".git", ".quench", "node_modules", "vendor", "target", "Tests", "tests"]
    if let walk = FileManager.default.enumerator(atPath: folder.string) {
      while let name = walk.nextObject() as? String, text.utf8.count < 4 << 20 {
        let path = FilePath(name)
        if let last = path.lastComponent?.string, skipped.contains(last) {
          walk.skipDescendants()
        } else if let kind = path.extension, extensions.contains(kind),
          let content = try? String(contentsOfFile: folder.appending(name).string, encoding: .utf8)
        {
          text += content
        }
      }
    }
    self.text = text
  }

  /// Whether the service knows an option `--port`.
  var hasPortOption: Bool {
    text.contains("\"--port\"") || text.contains("'--port'") || text.contains("var port") && text.contains("@Option")
  }

  /// Whether the service asks for the environment variable `PORT`.
  var hasPortVariable: Bool {
    ["\"PORT\"", "'PORT'", "env.PORT", "$PORT", "${PORT"].contains { text.contains($0) }
  }

  /// The health path that the sources name.
  var healthPath: String? {
    ["/healthz", "/health", "/readyz", "/ready", "/livez", "/status", "/ping"].first { path in
      ["\"\(path)\"", "'\(path)'", "\"\(path.dropFirst())\""].contains { text.contains($0) }
    }
  }
}
