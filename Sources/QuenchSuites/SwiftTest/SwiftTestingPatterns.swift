/// Regular expressions that choose tests of Swift Testing by name.
///
/// `--filter` and `--skip` are searched for in the whole identity, `Module.Suite/function()/File.swift:line:column`.
enum SwiftTestingPatterns {
  /// Patterns that together match exactly `identities` (with their source locations), each short enough for an argument.
  static func matching(_ identities: [String], longest: Int = 100_000) -> [String] {
    let groups = Dictionary(grouping: identities) { identity in
      let name = EventStreamTests.withoutLocation(identity)
      return name.lastIndex(of: "/").map { String(name[...$0]) } ?? ""
    }
    var patterns: [String] = []
    for (prefix, members) in groups.sorted(by: { $0.key < $1.key }) {
      let start = "^\(escaped(prefix))(?:"
      var alternatives = ""
      for member in members.sorted() {
        let alternative = escaped(String(member.dropFirst(prefix.count)))
        if !alternatives.isEmpty, alternatives.utf8.count + alternative.utf8.count > longest {
          patterns.append("\(start)\(alternatives))$")
          alternatives = ""
        }
        alternatives += alternatives.isEmpty ? alternative : "|\(alternative)"
      }
      patterns.append("\(start)\(alternatives))$")
    }
    return patterns
  }

  static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      if #"\^$.|?*+()[]{}"#.contains(character) { result.append("\\") }
      result.append(character)
    }
  }
}
