import QuenchConfiguration
import QuenchDiagnostics
import QuenchLedger

/// This host's configuration as it could be read last.
///
/// Traffic has to be told where to go, and production has to come back from a bad build, while `quench.yml` is being
/// edited. Decisions about what may be promoted never go by this: they read the file anew.
public actor StandingConfiguration {
  private let ledger: Ledger
  private var last: Configuration?
  private var complaint: String?

  /// Makes one that knows nothing yet and tells of what it cannot read in `ledger`.
  public init(ledger: Ledger) { self.ledger = ledger }

  /// What `read` answers; what it answered last where it cannot.
  ///
  /// - Throws: what `read` throws, as long as it has never answered.
  public func read(_ read: @Sendable () async throws -> Configuration) async throws -> Configuration {
    do {
      let now = try await read()
      (last, complaint) = (now, nil)
      return now
    } catch {
      guard let last, !(error is CancellationError) else { throw error }
      let message = DiagnosticText.message(of: error)
      if message != complaint {
        complaint = message
        try? await ledger.append(
          LedgerEvent("configuration-unreadable", subject: "quench.yml", detail: ["reason": .text(message)]))
      }
      return last
    }
  }
}
