/// One entry of `suites`: a named set of tests and what it needs to run.
public struct SuiteConfiguration: Sendable, Equatable {
  /// What the suite is.
  public enum Kind: Sendable, Equatable {
    /// The XCTest and Swift Testing tests of a package.
    case swiftTest(SwiftTestConfiguration)
    /// A command whose exit status is the result.
    case command(CommandConfiguration)
  }

  /// Which revision a suite's tests are taken from.
  public enum TestsFrom: Sendable, Equatable {
    /// The revision under test.
    case revision
    /// The working tree, uncommitted edits included.
    case workingTree
    /// The revision that this name resolves to.
    case named(String)
  }

  /// How many hot instances a suite is lent.
  public enum Instances: Sendable, Equatable {
    /// None: unit tests.
    case none
    /// This many, at least one.
    case count(Int)
  }

  /// The suite's name: lower-case letters, digits, `.`, `_` and `-`.
  public var name: String
  /// What the suite is.
  public var kind: Kind
  /// Which revision its tests are taken from.
  public var testsFrom: TestsFrom
  /// How many hot instances it is lent.
  public var instances: Instances
  /// How many parts it is run in side by side.
  public var shards: Int
  /// How long the whole suite may take; nil leaves the limit to whoever runs it.
  public var timeout: Duration?
  /// Variables its process gets besides `QUENCH_*`.
  public var environment: [String: String]

  /// Whether its tests are those of a Swift package.
  public var isSwiftTest: Bool { if case .swiftTest = kind { true } else { false } }

  /// A suite of the revision under test in one part and with one instance, unless given otherwise.
  public init(
    name: String,
    kind: Kind,
    testsFrom: TestsFrom = .revision,
    instances: Instances = .count(1),
    shards: Int = 1,
    timeout: Duration? = nil,
    environment: [String: String] = [:]
  ) {
    self.name = name
    self.kind = kind
    self.testsFrom = testsFrom
    self.instances = instances
    self.shards = shards
    self.timeout = timeout
    self.environment = environment
  }
}
