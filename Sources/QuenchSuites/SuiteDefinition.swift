/// A named set of tests, as `quench.yml` defines it.
public struct SuiteDefinition: Sendable, Equatable {
  /// What runs the tests.
  public enum Kind: Sendable, Equatable {
    /// A Swift package's tests, XCTest and Swift Testing together.
    ///
    /// `package` is the package's folder below the checkout. `filter` and `skip` are regular expressions and mean what
    /// they mean to `swift test --filter` and `--skip`. `product` names one of several test products, as `swift test
    /// --test-product` does.
    case swiftTest(package: String, filter: String? = nil, skip: String? = nil, product: String? = nil)
    /// Any command, run by `/bin/sh -c`.
    case command(String)
  }

  /// The suite's name.
  public var name: String
  /// What runs its tests.
  public var kind: Kind
  /// Into how many disjoint sets its tests are split; 1 keeps them together.
  public var shards: Int
  /// How long one run of it, or of one of its shards, may take, its build left out.
  public var timeout: Duration?
  /// Variables of its own, which win over those of the run.
  public var environment: [String: String]

  /// Makes a definition.
  public init(
    name: String, kind: Kind, shards: Int = 1, timeout: Duration? = nil, environment: [String: String] = [:]
  ) {
    self.name = name
    self.kind = kind
    self.shards = shards
    self.timeout = timeout
    self.environment = environment
  }
}
