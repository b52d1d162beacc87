import QuenchLedger

/// What is added to the ledger's events, by whichever process, as it is added.
public struct EventFeed: Sendable {
  private let ledger: Ledger
  private let service: String

  /// Makes a feed of what happens to a service.
  public init(ledger: Ledger, service: String) {
    self.ledger = ledger
    self.service = service
  }

  /// How often the ledger is looked at: SQLite tells no other process of a change.
  private static let interval: Duration = .milliseconds(250)

  /// Tells of each event from now on, until the task is cancelled.
  public func run(_ tell: (LedgerEvent) async -> Void) async {
    guard var last = try? await ledger.lastEvent() else { return }
    while !Task.isCancelled {
      try? await Task.sleep(for: Self.interval)
      for (number, event) in (try? await ledger.events(after: last, of: service)) ?? [] {
        await tell(event)
        last = number
      }
    }
  }
}
