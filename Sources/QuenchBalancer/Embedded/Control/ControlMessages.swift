import Foundation

/// What the control plane asks of an embedded balancer, as one line of JSON over its socket (`quench.balancer-control/v1`).
struct ControlRequest: Codable, Sendable {
  /// The protocol's name and version.
  static let currentSchema = "quench.balancer-control/v1"
  /// The longest line that either side takes, in bytes.
  static let longestLine = 8 << 20

  enum Action: String, Codable {
    case apply
    case status
    case watch
    case drain
    case stop
  }

  var schema = Self.currentSchema
  var action: Action
  var table: RoutingTable?
  /// Which parts of the status; nil for all.
  var parts: BalancerStatus.Parts?
  var change: Int?
  var backends: [String]?
  var deadline: Date?
  /// What shows that it is no code under test that asks.
  var token: String?
}

/// What the balancer answers, on one line too; then it closes the connection.
struct ControlReply: Codable, Sendable {
  /// A `BalancerError` on its way.
  struct Failure: Codable {
    var code: String
    var message: String
    var remedy: String?
  }

  var schema = ControlRequest.currentSchema
  var status: BalancerStatus?
  var drain: DrainOutcome?
  var failure: Failure?

  init(status: BalancerStatus? = nil, drain: DrainOutcome? = nil) {
    self.status = status
    self.drain = drain
  }

  init(_ error: any Error) {
    if let error = error as? BalancerError {
      let cause = error.cause.map { " (\($0))" } ?? ""
      failure = Failure(code: error.code.rawValue, message: error.message + cause, remedy: error.remedy)
    } else {
      failure = Failure(code: BalancerError.Code.engineFailed.rawValue, message: "\(error)", remedy: nil)
    }
  }

  /// The error that it carries.
  var error: BalancerError? {
    failure.map {
      BalancerError(BalancerError.Code(rawValue: $0.code) ?? .engineFailed, $0.message, remedy: $0.remedy)
    }
  }
}

/// How messages become lines: times are seconds since 1970.
enum ControlLine {
  private struct Header: Decodable {
    var schema: String
  }

  static func encode(_ message: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .secondsSince1970
    encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
    return try encoder.encode(message) + [HeaderBytes.lineFeed]
  }

  static func decode<Message: Decodable>(_ type: Message.Type, from line: Data) throws -> Message {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .secondsSince1970
    let schema = try decoder.decode(Header.self, from: line).schema
    guard schema == ControlRequest.currentSchema else {
      throw BalancerError(
        .protocolUnknown, "the other side speaks \(schema), this one \(ControlRequest.currentSchema)",
        remedy: "quench down, with the version that started it")
    }
    return try decoder.decode(type, from: line)
  }
}
