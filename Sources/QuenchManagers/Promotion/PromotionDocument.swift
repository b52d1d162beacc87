import Foundation
import QuenchLedger

/// The wire form of a promotion or rollback, `quench.promotion/v1`.
public struct PromotionDocument: Codable, Sendable, Equatable {
  /// The schema's name and version.
  public static let schema = "quench.promotion/v1"

  /// One of the `steps`.
  public struct Step: Codable, Sendable, Equatable {
    /// The state that it reaches.
    public var name: String
    /// When it was begun.
    public var started: Date
    /// How long it took; nil while it is not over.
    public var seconds: Double?

    private enum CodingKeys: String, CodingKey { case name, started, seconds }

    /// Writes every key.
    public func encode(to encoder: any Encoder) throws {
      var keys = encoder.container(keyedBy: CodingKeys.self)
      try keys.encode(name, forKey: .name)
      try keys.encode(started, forKey: .started)
      try keys.encode(seconds, forKey: .seconds)
    }
  }

  /// The schema's name and version.
  public var schema: String
  /// The promotion's number.
  public var id: Int64
  /// `promotion` or `rollback`.
  public var kind: String
  /// The revision that was live.
  public var from: String?
  /// The revision that production is to be on.
  public var to: String
  /// The digest of its build.
  public var digest: String?
  /// What it came to; nil while it is not over.
  public var result: PromotionResult?
  /// How far it has come.
  public var state: PromotionState
  /// Who asked for it.
  public var actor: String
  /// When it was asked for.
  public var requested: Date
  /// What was looked at.
  public var reasons: [PromotionReason]
  /// Why it was made although the gate refused it; nil when the gate let it pass, or had the last word.
  public var override: String?
  /// What was done.
  public var steps: [Step]
  /// The production requests that had no proper answer meanwhile; nil when the balancer was not asked.
  public var failedRequests: Int?
  /// The production requests that the service itself answered with an error meanwhile; nil when the balancer was not
  /// asked.
  public var serverErrors: Int?
  /// The production requests there were meanwhile; nil when the balancer was not asked.
  public var totalRequests: Int?

  private enum CodingKeys: String, CodingKey {
    case schema, id, kind, from, to, digest, result, state, actor, requested, reasons, override, steps
    case failedRequests = "failed_requests"
    case serverErrors = "server_errors"
    case totalRequests = "total_requests"
  }

  /// Writes down what the journal has.
  public init(_ record: PromotionRecord, steps journal: [PromotionStep]) {
    schema = Self.schema
    id = record.id
    kind = record.kind.rawValue
    from = record.from?.revision
    to = record.revision
    digest = record.digest
    result = record.result
    state = record.state
    actor = record.actor
    requested = record.requested
    reasons = record.reasons
    override = record.override
    steps = journal.map { Step(name: $0.name.rawValue, started: $0.began, seconds: $0.seconds) }
    func totals(_ name: PromotionState) -> TrafficFigures? {
      PromotionTransaction.figures(named: "totals", in: journal.first { $0.name == name })
    }
    if let first = totals(.gated), let last = totals(.done) ?? totals(.reverted) {
      let meanwhile = last.since(first)
      failedRequests = meanwhile.failures
      serverErrors = meanwhile.serverErrors
      totalRequests = meanwhile.requests
    }
  }

  /// Writes every key, with `null` for what is not known.
  public func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    try keys.encode(schema, forKey: .schema)
    try keys.encode(id, forKey: .id)
    try keys.encode(kind, forKey: .kind)
    try keys.encode(from, forKey: .from)
    try keys.encode(to, forKey: .to)
    try keys.encode(digest, forKey: .digest)
    try keys.encode(result, forKey: .result)
    try keys.encode(state, forKey: .state)
    try keys.encode(actor, forKey: .actor)
    try keys.encode(requested, forKey: .requested)
    try keys.encode(reasons, forKey: .reasons)
    try keys.encode(override, forKey: .override)
    try keys.encode(steps, forKey: .steps)
    try keys.encode(failedRequests, forKey: .failedRequests)
    try keys.encode(serverErrors, forKey: .serverErrors)
    try keys.encode(totalRequests, forKey: .totalRequests)
  }
}
