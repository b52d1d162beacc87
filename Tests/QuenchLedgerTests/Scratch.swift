import Foundation
import QuenchLedger
import QuenchState
import SystemPackage

/// A state folder of a test's own, gone when the test is done with it.
final class Scratch: Sendable {
  private let folder: TemporaryDirectory
  let state: StateDirectory

  init() throws {
    folder = try TemporaryDirectory()
    state = StateDirectory(root: folder.path.appending("state"))
    try state.prepare()
  }

  deinit { folder.remove() }

  var file: String { state.ledger.string }

  func ledger() async throws -> Ledger { try await Ledger(state) }
}
