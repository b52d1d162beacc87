/// What makes a suite the suite it is: when any of it changes, earlier verdicts no longer speak for it.
public struct SuiteDefinitionContent: Sendable, Hashable {
  /// How a suite's tests are run.
  public enum Kind: String, Sendable, CaseIterable {
    /// `swift test` on a package.
    case swiftTest = "swift-test"
    /// A command that exits 0 when all is well.
    case command
  }

  /// Where a suite's tests come from.
  public enum TestsFrom: Sendable, Hashable {
    /// The revision under test: the tests are part of what the verdict is about already.
    case revision
    /// The working tree, as it was: the id of its tests' tree is part of the definition.
    case workingTree(tree: String)
    /// One named revision: the id of its tests' tree is part of the definition.
    case pinned(tree: String)
  }

  /// The name of the service that the suite tests.
  public var service: String
  /// How the tests are run.
  public var kind: Kind
  /// The command of a command suite.
  public var command: String?
  /// The folder of a package suite's package, relative to the checkout.
  public var package: String?
  /// Which tests to run; nil for all.
  public var filter: String?
  /// Which tests to leave out; nil for none.
  public var skip: String?
  /// Which of the package's test products; nil for its only one.
  public var product: String?
  /// Where the tests come from.
  public var testsFrom: TestsFrom
  /// How many parts the tests are dealt into, at least 1.
  public var shards: Int
  /// The variables that the definition sets.
  public var environment: [String: String]

  /// Describes a suite.
  public init(
    service: String, kind: Kind, command: String? = nil, package: String? = nil, filter: String? = nil,
    skip: String? = nil, product: String? = nil, testsFrom: TestsFrom = .revision, shards: Int = 1,
    environment: [String: String] = [:]
  ) {
    self.service = service
    self.kind = kind
    self.command = command
    self.package = package
    self.filter = filter
    self.skip = skip
    self.product = product
    self.testsFrom = testsFrom
    self.shards = shards
    self.environment = environment
  }
}
