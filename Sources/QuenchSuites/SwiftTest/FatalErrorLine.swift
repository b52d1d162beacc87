import Synchronization

/// Remembers the last line in which a Swift program said why it died.
final class FatalErrorLine: Sendable {
  private let line = Mutex<String?>(nil)

  var text: String? { line.withLock { $0 } }

  func see(_ text: String) {
    guard text.contains("Fatal error") || text.contains("Precondition failed") else { return }
    line.withLock { $0 = BoundedText.bounded(text, to: 300) }
  }
}
