import QuenchProcesses

/// A length of time that stands in JSON as a number of seconds, exact to the microsecond.
@propertyWrapper
public struct Seconds: Sendable, Hashable, Codable {
  /// The length of time.
  public var wrappedValue: Duration

  /// A length of time, rounded to the microsecond.
  public init(wrappedValue: Duration) {
    self.wrappedValue = .microseconds(Int64((wrappedValue.seconds * 1e6).rounded()))
  }

  /// Reads a number of seconds.
  ///
  /// - Throws: `DecodingError` when it is negative or more than a year.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let seconds = try container.decode(Double.self)
    guard seconds >= 0, seconds <= 366 * 86400 else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(seconds) is no length of time")
    }
    self.init(wrappedValue: .seconds(seconds))
  }

  /// Writes the number of seconds.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(wrappedValue.seconds)
  }
}
