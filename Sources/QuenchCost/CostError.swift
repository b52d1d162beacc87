/// An input that a model, a simulation or a plan cannot be made of.
public struct CostError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What an input has to be.
  public enum Requirement: String, Hashable, Sendable, CaseIterable {
    /// From 0 to 1.
    case share = "has to be from 0 to 1"
    /// 0 or more, and not endless.
    case notNegative = "has to be 0 or more"
    /// More than 0, and not endless.
    case positive = "has to be more than 0"
    /// 1 or more.
    case atLeastOne = "has to be 1 or more"
    /// More than 0 and less than 1.
    case inside = "has to be between 0 and 1"
    /// 100 or less.
    case few = "has to be 100 or less"
    /// A million or less.
    case countable = "has to be 1000000 or less"
    /// Less than 1, as a queue with more work than its servers can do grows without end.
    case stable = "has to be less than 1, or the queue grows without end"
  }

  /// The input's name, as the parameter or property is called.
  public let input: String
  /// What it was.
  public let value: Double
  /// What it has to be.
  public let requirement: Requirement

  /// Names an input and what it has to be.
  public init(_ input: String, _ value: Double, _ requirement: Requirement) {
    self.input = input
    self.value = value
    self.requirement = requirement
  }

  /// The input, what it has to be, and what it was.
  public var description: String { "\(input) \(requirement.rawValue); it is \(value)" }
}

/// Holds an input against what it has to be; what is not a number never passes.
func require(_ value: Double, _ input: String, _ requirement: CostError.Requirement) throws(CostError) {
  let holds =
    switch requirement {
    case .share: value >= 0 && value <= 1
    case .notNegative: value >= 0 && value.isFinite
    case .positive: value > 0 && value.isFinite
    case .atLeastOne: value >= 1 && value.isFinite
    case .inside: value > 0 && value < 1
    case .few: value <= 100
    case .countable: value <= 1_000_000
    case .stable: value < 1
    }
  if !holds { throw CostError(input, value, requirement) }
}

/// Holds a count against what it has to be.
func require(_ count: Int, _ input: String, _ requirement: CostError.Requirement) throws(CostError) {
  try require(Double(count), input, requirement)
}
