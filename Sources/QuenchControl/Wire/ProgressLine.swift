import Foundation
import QuenchLedger
import QuenchManagers

/// One line of the answer to what takes time: progress, then its result or what went wrong.
///
/// The lines are JSON objects, each ended by a line feed (`application/x-ndjson`).
public enum ProgressLine<Result: Codable & Sendable>: Codable, Sendable {
  /// Nothing new, said so that a control plane which hangs can be told from one which works.
  case alive
  /// Something happened.
  case event(PromotionProgress)
  /// What it came to; the last line.
  case result(Result)
  /// Why it came to nothing; the last line.
  case failure(ControlFailure)

  private enum CodingKeys: String, CodingKey {
    case alive, event, result, failure
  }

  /// Reads the one key that a line has.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    if let event = try keys.decodeIfPresent(PromotionProgress.self, forKey: .event) {
      self = .event(event)
    } else if let result = try keys.decodeIfPresent(Result.self, forKey: .result) {
      self = .result(result)
    } else if let failure = try keys.decodeIfPresent(ControlFailure.self, forKey: .failure) {
      self = .failure(failure)
    } else {
      self = .alive
    }
  }

  /// Writes one key.
  public func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .alive: try keys.encode(true, forKey: .alive)
    case .event(let event): try keys.encode(event, forKey: .event)
    case .result(let result): try keys.encode(result, forKey: .result)
    case .failure(let failure): try keys.encode(failure, forKey: .failure)
    }
  }
}

/// How a control plane that hangs is told from one that works.
enum Heartbeat {
  /// How often a line is sent although nothing happens.
  static let interval: Duration = .seconds(1)
  /// For how many seconds nothing may come before the control plane is given up.
  static let patience: Int64 = 4
}

/// The wire form of something that happened with a promotion.
public struct PromotionProgress: Codable, Sendable, Equatable {
  /// What can happen.
  public enum Kind: String, Codable, Sendable {
    case waiting, began, ended, concluded, alert
  }

  /// The promotion's number.
  public var promotion: Int64
  /// The revision that production is to be on.
  public var revision: String
  /// What happened.
  public var kind: Kind
  /// The step it is about.
  public var state: PromotionState?
  /// How long the step took.
  public var seconds: Double?
  /// What the promotion came to.
  public var result: PromotionResult?
  /// What it waits for, or what somebody has to look at.
  public var text: String?
  /// When.
  public var time: Date

  /// Writes down an event.
  public init(_ event: PromotionEvent) {
    promotion = event.promotion
    revision = event.revision
    time = event.time
    switch event.kind {
    case .waiting(let reason): (kind, text) = (.waiting, reason)
    case .began(let state): (kind, self.state) = (.began, state)
    case .ended(let state, let seconds): (kind, self.state, self.seconds) = (.ended, state, seconds)
    case .concluded(let result, _): (kind, self.result) = (.concluded, result)
    case .alert(let alert): (kind, text) = (.alert, alert)
    }
  }
}
