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
    try await newestKnown(
      """
      tree = :tree AND service = :service AND (:key IS NULL OR build_key = :key)
        AND (:service_definition IS NULL OR service_definition = :service_definition)
      """,
      ["tree": tree, "service": service, "key": buildKey, "service_definition": serviceDefinition], definitions)
  }

  /// The newest verdict on a revision, whatever it came to.
  public func verdict(service: String, revision: String) async throws(LedgerError) -> Verdict? {
    try await newest("revision = :revision AND service = :service", ["revision": revision, "service": service])
  }

  /// The newest verdict on any revision with a tree, whatever it came to.
  public func verdict(service: String, tree: String) async throws(LedgerError) -> Verdict? {
    try await newest("tree = :tree AND service = :service", ["tree": tree, "service": service])
  }

  private func newestKnown(
    _ condition: String, _ arguments: [String: (any DatabaseValueConvertible & Sendable)?],
    _ definitions: [String: String]
  ) async throws(LedgerError) -> Verdict? {
    guard !definitions.isEmpty else { return nil }
    let text: String
    do {
      text = try CanonicalJSON.text(of: definitions)
    } catch {
      throw LedgerError(error, whenTryingTo: "look up a verdict", ledger: path)
    }
    let verdict = try await newest(
      """
      \(condition) AND definitions = :definitions AND (result IN ('PASSED', 'FAILED') OR result = 'ERROR' AND EXISTS (
        SELECT 1 FROM suite_results WHERE verdict_id = verdicts.id AND result = 'ERROR'))
      """,
      arguments.merging(["definitions": text]) { $1 })
    // A suite that crashed since takes back what was said before; it is no word to go by itself.
    return verdict?.result == .error ? nil : verdict
  }

  private func newest(
    _ condition: String, _ arguments: [String: (any DatabaseValueConvertible & Sendable)?]
  ) async throws(LedgerError) -> Verdict? {
    let path = path
    return try await read("look up a verdict") { database in
      try Row.fetchOne(
        database, sql: "SELECT id, document FROM verdicts WHERE \(condition) ORDER BY id DESC LIMIT 1",
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
