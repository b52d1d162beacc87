import QuenchConfiguration
import QuenchGit
import QuenchLedger
import QuenchSuites
import QuenchVerification

extension Workspace {
  /// What the ledger knows of revisions, and how they stand, by the revision; nothing of those that were not verified.
  func standings(
    of revisions: [Revision], service: String, by definitions: RevisionStanding.Definitions
  ) async throws -> HistoryDocument.Standings {
    let trees = Dictionary(revisions.map { ($0.id.description, $0.tree.description) }) { first, _ in first }
    return try await ledger.verdicts(forTrees: trees, service: service)
      .mapValues { (history: $0, standing: RevisionStanding($0, definitions)) }
  }
}

/// How a revision stands: what each suite came to last, and what that makes of the revision.
///
/// A verification of some suites says nothing of the others, so what those came to before still counts, as long as they
/// are defined as they were.
struct RevisionStanding {
  struct Suite {
    var newest: RevisionHistory.Suite
    /// Whether it is of the suite as it is defined now.
    var isCurrent: Bool
  }

  /// One of each suite that ever ran on the revision, by name.
  let suites: [Suite]
  /// The worst of the suites as they are defined now, and of what kept the newest verification from running them.
  let result: Outcome
  /// Whether each suite that is defined now has come to something as it is defined: without that, nothing is promoted.
  let isComplete: Bool

  init(_ history: RevisionHistory, _ definitions: Definitions) {
    let suites = Dictionary(grouping: history.suites, by: \.name).values.compactMap { results in
      let current = results.first { definitions.isCurrent($0) }
      return (current ?? results.first).map { Suite(newest: $0, isCurrent: current != nil) }
    }.sorted { $0.newest.name < $1.newest.name }
    self.suites = suites
    isComplete = definitions.names.allSatisfy { name in suites.contains { $0.newest.name == name && $0.isCurrent } }
    let standing = suites.filter(\.isCurrent).map(\.newest.result)
    let isHindered = history.latest.reason != nil
    result = Outcome.worst(of: standing + (isHindered || standing.isEmpty ? [history.latest.result] : []))
  }

  /// How this host defines its suites now.
  struct Definitions {
    /// Each suite's digest, nil where it is not known; nil where the suites are not.
    private let digests: [String: String?]?

    init(_ suites: [SuiteConfiguration]?, service: String) {
      digests = suites.map { suites in
        Dictionary(uniqueKeysWithValues: suites.map { ($0.name, $0.definitionDigest(service: service)) })
      }
    }

    /// The suites that are defined now, sorted; none where they are not known.
    var names: [String] { (digests ?? [:]).keys.sorted() }

    /// Whether a result is one of a suite as it is defined now; what cannot be known counts.
    fileprivate func isCurrent(_ result: RevisionHistory.Suite) -> Bool {
      guard let digests else { return true }
      guard let digest = digests[result.name] else { return false }
      return digest == nil || digest == result.definition
    }
  }
}
