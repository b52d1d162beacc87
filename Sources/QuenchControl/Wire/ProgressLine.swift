import QuenchManagers

/// One line of the answer to what takes time: progress, then its result or what went wrong.
///
/// The lines are JSON objects, each ended by a line feed (`application/x-ndjson`).
public enum ProgressLine<Result: Codable & Sendable>: Codable, Sendable {
  /// Nothing new, said so that a control plane which hangs can be told from one which works.
  case alive
  /// Something happened.
  case event(PromotionEventDocument)
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
    if let event = try keys.decodeIfPresent(PromotionEventDocument.self, forKey: .event) {
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
