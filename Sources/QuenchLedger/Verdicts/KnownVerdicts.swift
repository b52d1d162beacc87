import Foundation
import GRDB
import QuenchEvidence
import QuenchSuites
import SystemPackage

extension Ledger {
  /// The newest verdict that still speaks for a tree: the same service, the same suites, passed or failed.
  ///
  /// An inconclusive or erroneous verdict is never known: asked again, it might come out otherwise.
  ///
  /// - Parameters:
  ///   - service: the name of the service.
  ///   - tree: the object id of the revision's tree.
  ///   - definitions: the digest of each suite's definition as it is now, by the suite's name. Without suites nothing
  ///     is known.
  ///   - serviceDefinition: only a verdict on a service with this definition; nil for any.
  ///   - buildKey: only a verdict on the build with this key; nil for any, whatever the toolchain was.
  public func verdict(
    service: String, tree: String, definitions: [String: String], serviceDefinition: String? = nil,
    buildKey: String? = nil
  ) async throws(LedgerError) -> Verdict? {
    let verdict = try await verdicts(
      service: service, tree: tree, definitions: definitions, serviceDefinition: serviceDefinition, buildKey: buildKey,
      limit: 1
    ).last
    // A suite that crashed since takes back what was said before; it is no word to go by itself.
    return verdict?.result == .error ? nil : verdict
  }

  /// The verdicts that speak for a tree, the oldest first, those of suites that crashed included.
  ///
  /// - Parameter limit: how many at most, the newest of them.
  public func verdicts(
    service: String, tree: String, definitions: [String: String], serviceDefinition: String? = nil,
    buildKey: String? = nil, limit: Int = 100
  ) async throws(LedgerError) -> [Verdict] {
    guard !definitions.isEmpty else { return [] }
    let text: String
    do {
      text = try CanonicalJSON.text(of: definitions)
    } catch {
      throw LedgerError(error, whenTryingTo: "look up a verdict", ledger: path)
    }
    return try await newest(
      limit,
      """
      tree = :tree AND service = :service AND (:key IS NULL OR build_key = :key)
        AND (:service_definition IS NULL OR service_definition = :service_definition)
        AND definitions = :definitions AND (result IN ('PASSED', 'FAILED') OR result = 'ERROR' AND EXISTS (
          SELECT 1 FROM suite_results WHERE verdict_id = verdicts.id AND result = 'ERROR'))
      """,
      [
        "tree": tree, "service": service, "key": buildKey, "service_definition": serviceDefinition, "definitions": text,
      ]
    ).reversed()
  }

  /// The newest verdict on a revision, whatever it came to.
  public func verdict(service: String, revision: String) async throws(LedgerError) -> Verdict? {
    try await newest(1, "revision = :revision AND service = :service", ["revision": revision, "service": service]).first
  }

  /// The newest verdict on any revision with a tree, whatever it came to.
  public func verdict(service: String, tree: String) async throws(LedgerError) -> Verdict? {
    try await verdicts(service: service, tree: tree, limit: 1).first
  }

  /// The newest verdicts on revisions with a tree, the newest first, whatever they came to.
  public func verdicts(service: String, tree: String, limit: Int) async throws(LedgerError) -> [Verdict] {
    try await newest(limit, "tree = :tree AND service = :service", ["tree": tree, "service": service])
  }

  private func newest(
    _ limit: Int, _ condition: String, _ arguments: [String: (any DatabaseValueConvertible & Sendable)?]
  ) async throws(LedgerError) -> [Verdict] {
    let path = path
    return try await read("look up a verdict") { database in
      try Row.fetchAll(
        database, sql: "SELECT id, document FROM verdicts WHERE \(condition) ORDER BY id DESC LIMIT \(limit)",
        arguments: StatementArguments(arguments)
      ).map { try Self.verdict($0, ledger: path) }
    }
  }

  private static func verdict(_ row: Row, ledger path: FilePath) throws -> Verdict {
    let document: String = row["document"]
    do {
      return try VerdictDocument(decoding: Data(document.utf8)).verdict
    } catch {
      throw LedgerError.corrupt(
        path, "verdict \(row["id"] as Int64) in the ledger \(path) cannot be read", cause: error)
    }
  }
}
