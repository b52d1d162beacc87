import Foundation

/// One line of what happened.
public struct LedgerEvent: Sendable, Hashable, Codable, CustomStringConvertible {
  /// When it happened, to the millisecond.
  public var time: Date
  /// What happened, in kebab-case (`instance-started`).
  public var kind: String
  /// What it happened to: a revision, an instance, a set.
  public var subject: String
  /// What else is known, by name.
  public var detail: [String: EventDetail]

  /// Describes an event.
  public init(_ kind: String, subject: String, detail: [String: EventDetail] = [:], time: Date = Date()) {
    self.time = time.toTheMillisecond
    self.kind = kind
    self.subject = subject
    self.detail = detail
  }

  /// The event as one line: time, kind, subject, details by name; a text that is not one word is in quotes, as in JSON.
  public var description: String {
    let details = detail.sorted { $0.key < $1.key }.map { "\($0)=\($1.word)" }
    return ([Timestamp(time).text, kind, subject] + details).joined(separator: " ")
      .split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}

/// One detail of an event: a text, a number or a yes or no.
public enum EventDetail: Sendable, Hashable, CustomStringConvertible {
  /// A text.
  case text(String)
  /// A number; its unit is in the detail's name.
  case number(Double)
  /// Yes or no.
  case flag(Bool)

  /// The text, the number without needless decimals, or `true` or `false`.
  public var description: String {
    switch self {
    case .text(let text): text
    case .number(let number): Int64(exactly: number).map(String.init) ?? String(number)
    case .flag(let flag): String(flag)
    }
  }

  /// The description so that it ends where it seems to.
  fileprivate var word: String {
    guard case .text(let text) = self,
      text.isEmpty || text.contains(where: { $0.isWhitespace || $0 == "\"" || $0 == "=" || $0 == "\\" })
    else { return description }
    return (try? JSONEncoder.unescapedSlashes.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? text
  }
}

extension JSONEncoder {
  fileprivate static var unescapedSlashes: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return encoder
  }
}

extension EventDetail: Codable {
  /// Reads a JSON string, number or boolean.
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let flag = try? value.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else {
      self = .text(try value.decode(String.self))
    }
  }

  /// Writes a JSON string, number or boolean.
  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .text(let text): try value.encode(text)
    case .number(let number): try value.encode(number)
    case .flag(let flag): try value.encode(flag)
    }
  }
}

extension EventDetail: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral
{
  /// A text.
  public init(stringLiteral text: String) { self = .text(text) }
  /// A whole number.
  public init(integerLiteral number: Int) { self = .number(Double(number)) }
  /// A number.
  public init(floatLiteral number: Double) { self = .number(number) }
  /// Yes or no.
  public init(booleanLiteral flag: Bool) { self = .flag(flag) }
}
