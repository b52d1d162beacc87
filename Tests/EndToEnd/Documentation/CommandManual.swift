import Subprocess
import SystemPackage
import Testing

/// What the executable under test says of its subcommands, each asked once.
actor CommandManual {
  static let shared = CommandManual()

  private var helps: [[String]: Task<String, any Error>] = [:]

  /// What of the commands on a page the executable does not know.
  func faults(in page: DocumentationPage) async throws -> [String] {
    var faults: [String] = []
    for command in page.commands {
      let words = command.drop { $0.contains(/^[A-Za-z_]+=/) || ["sudo", "exec", "time", "!"].contains($0) }
      guard words.first == "quench" else { continue }
      if let fault = try await fault(in: words.dropFirst().prefix { $0 != "--" }) { faults.append(fault) }
    }
    return faults
  }

  private func fault(in words: ArraySlice<String>) async throws -> String? {
    let isHelp = words.first == "help"
    var path: [String] = [], rest = isHelp ? words.dropFirst() : words
    // Placeholders stand for any word, and what launches every process is no subcommand of the parser's.
    while let next = rest.first, next.contains(/^[a-z][a-z-]*$/), next != "launch", try await hasSubcommands(path) {
      path.append(next)
      let name = "quench " + path.joined(separator: " ")
      // The help of what there is not is that of what it would be part of.
      guard try await help(path).contains("USAGE: \(name)") else { return "there is no \(name)" }
      rest = rest.dropFirst()
    }
    let known = try await options(path)
    for word in rest where word.hasPrefix("--") && !isHelp {
      let option = String(word.prefix { $0 != "=" })
      if !known.contains(option) { return "\(path.joined(separator: " ")) has no \(option)" }
    }
    return nil
  }

  private func hasSubcommands(_ path: [String]) async throws -> Bool {
    try await help(path).contains("SUBCOMMANDS:")
  }

  /// The long options of a subcommand, and of the one that stands for it where none is named.
  private func options(_ path: [String]) async throws -> Set<String> {
    let text = try await help(path)
    let lines = text.split(separator: "\n").compactMap { $0.prefixMatch(of: #/  (-.*?)(?:  |$)/#)?.output.1 }
    let options = Set(lines.flatMap { $0.matches(of: /--[a-z][a-z-]*/).map { String($0.output) } })
    guard let standard = text.firstMatch(of: /\n  (\S+) \(default\)/)?.output.1 else { return options }
    return try await options.union(self.options(path + [String(standard)]))
  }

  private func help(_ path: [String]) async throws -> String {
    if let asked = helps[path] { return try await asked.value }
    let command = Command(
      executable: .path(Product.executable), arguments: path + ["--help"],
      environment: ["PATH": Product.searchPath, "LANG": "C.UTF-8"], folder: "/")
    let asking = Task { try await command.run().stdout }
    helps[path] = asking
    return try await asking.value
  }
}
