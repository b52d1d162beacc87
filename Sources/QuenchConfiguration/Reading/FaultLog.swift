/// Collects the faults of one file while its sections are read.
final class FaultLog {
  /// Everything found so far, in the order it was found.
  private(set) var faults: [ConfigurationError.Fault] = []

  func add(_ position: Position, _ code: ConfigurationError.Code, _ message: String, suggestion: String? = nil) {
    faults.append(.init(position, code, message, suggestion: suggestion))
  }

  func add(_ more: [ConfigurationError.Fault]) { faults += more }
}
