import Testing

extension World {
  /// Makes commits 1 to `count`, each by an author of its own and after a script that is given its `$number`.
  ///
  /// Gives their names, oldest first.
  func commits(_ count: Int, _ script: String) async throws -> [String] {
    let loop = """
      set -eu
      for number in $(seq \(count)); do
        echo "$number" > number
        \(script)
        git add --all
        GIT_AUTHOR_NAME="Author $number" git commit --quiet --message "Commit $number"
      done
      """
    try await tool("sh", "-c", loop)
    let names = try await git("rev-list", "--reverse", "--max-count=\(count)", "HEAD").split(separator: "\n")
    try #require(names.count == count)
    return names.map(String.init)
  }

  /// Runs `quench bisect --format json`, with a script for `sh` behind the `--`, if any; stdout has to be one document.
  @discardableResult
  func bisect(
    _ options: String..., script: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Answer {
    let tail = script.map { ["--", "sh", "-c", $0] } ?? []
    let outcome = try await command(["bisect", "--format", "json"] + options + tail)
      .run(sourceLocation: sourceLocation)
    do {
      return Answer(outcome: outcome, json: try JSONValue(document: outcome.stdout))
    } catch {
      Issue.record(
        "quench bisect \(options) printed no JSON document: \(error)\n\(outcome)", sourceLocation: sourceLocation)
      throw error
    }
  }
}

extension Answer {
  /// The culprits, each with the tests it broke.
  var culprits: [String: Set<String>] {
    let pairs = json["culprits"].array.map { culprit in
      (culprit["revision"].string ?? "nameless", Set(culprit["tests"].array.compactMap(\.string)))
    }
    return Dictionary(pairs) { $0.union($1) }
  }

  /// The revisions that may be the culprit.
  var candidates: Set<String> { Set(json["candidates"].array.compactMap(\.["revision"].string)) }

  /// The revisions that were tried and could not be tested.
  var skipped: Set<String> { Set(json["skipped"].array.compactMap(\.string)) }

  /// How often a revision was run; -1 when the answer does not say.
  var runs: Int { Int(json["runs"].number ?? -1) }
}
