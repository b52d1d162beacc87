import QuenchLedger
import QuenchState
import SystemPackage

/// A ledger of a test's own, gone when the test is done with it.
final class LedgerScratch: Sendable {
  private let folder: TemporaryDirectory
  let state: StateDirectory

  init() throws {
    folder = try TemporaryDirectory()
    state = StateDirectory(root: folder.path.appending("state"))
    try state.prepare()
  }

  deinit { folder.remove() }

  /// What a journal says of these moves.
  func moves(_ moves: [Move]) async throws -> [PromotionRecord] {
    let ledger = try await Ledger(state)
    for move in moves {
      let record = try await ledger.request(
        move.kind, service: "orders", from: nil, revision: move.revision, digest: "digest-\(move.revision)",
        options: PromotionOptions(noWayBack: move.noWayBack), actor: "test")
      try await ledger.begin(.routed, of: record.id)
      try await ledger.finish(.routed, of: record.id)
      try await ledger.conclude(record.id, as: move.result, reasons: [])
    }
    defer { try? ledger.close() }
    return try await ledger.moves(service: "orders")
  }
}
