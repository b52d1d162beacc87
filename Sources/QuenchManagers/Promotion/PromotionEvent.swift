import Foundation
import QuenchLedger
import Synchronization

/// Something that happened with a promotion.
public struct PromotionEvent: Sendable, Hashable {
  /// What can happen.
  public enum Kind: Sendable, Hashable {
    /// It was written down, and has a number.
    case requested
    /// It waits for its turn, for the reason given.
    case waiting(String)
    /// A step was begun.
    case began(PromotionState)
    /// A step was over, after so many seconds.
    case ended(PromotionState, seconds: Double)
    /// It is over.
    case concluded(PromotionResult, [PromotionReason])
    /// Somebody has to look at production.
    case alert(String)
  }

  /// The promotion's number.
  public var promotion: Int64
  /// The revision that production is to be on.
  public var revision: String
  /// What happened.
  public var kind: Kind
  /// When.
  public var time: Date

  init(_ kind: Kind, of record: PromotionRecord) {
    promotion = record.id
    revision = record.revision
    self.kind = kind
    time = Date()
  }
}

/// Tells any number of listeners what happens.
final class Announcer<Event: Sendable>: Sendable {
  private struct State {
    var listeners: [Int: AsyncStream<Event>.Continuation] = [:]
    var next = 0
  }

  private let state = Mutex(State())

  /// What happens from now on; a listener that falls behind by a thousand loses the oldest.
  func events() -> AsyncStream<Event> {
    let (stream, continuation) = AsyncStream<Event>.makeStream(bufferingPolicy: .bufferingNewest(1000))
    let number = state.withLock { state in
      state.next += 1
      state.listeners[state.next] = continuation
      return state.next
    }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { _ = $0.listeners.removeValue(forKey: number) }
    }
    return stream
  }

  func announce(_ event: Event) {
    for listener in state.withLock({ Array($0.listeners.values) }) { listener.yield(event) }
  }
}
