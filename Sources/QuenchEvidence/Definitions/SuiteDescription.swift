/// What people read of a suite's definition; whether two are the same is for their digests to say.
///
/// Of variables only the names are told, and of a long command the beginning.
public struct SuiteDescription: Sendable, Hashable {
  /// How the tests are run.
  public var kind: SuiteDefinitionContent.Kind
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
  public var testsFrom: SuiteDefinitionContent.TestsFrom
  /// How many parts the tests are dealt into.
  public var shards: Int
  /// The names of the variables that the definition sets, sorted.
  public var variables: [String]

  /// Describes a definition.
  public init(_ content: SuiteDefinitionContent) {
    kind = content.kind
    command = content.command.map { $0.cut(to: Self.longestCommand) }
    package = content.package
    filter = content.filter
    skip = content.skip
    product = content.product
    testsFrom = content.testsFrom
    shards = content.shards
    variables = content.environment.keys.sorted()
  }

  private static let longestCommand = 2000
}

/// The wire form of a suite's description.
struct SuiteDescriptionDocument: Codable, Sendable, Hashable {
  var type: String
  var command: String?
  var package: String?
  var filter: String?
  var skip: String?
  var product: String?
  var testsFrom: String
  var testsTree: String?
  var shards: Int
  var variables: [String]

  init(_ description: SuiteDescription) {
    type = description.kind.rawValue
    command = description.command
    package = description.package
    filter = description.filter
    skip = description.skip
    product = description.product
    switch description.testsFrom {
    case .revision: testsFrom = "revision"
    case .workingTree(let tree): (testsFrom, testsTree) = ("working-tree", tree)
    case .pinned(let tree): (testsFrom, testsTree) = ("pinned", tree)
    }
    shards = description.shards
    variables = description.variables
  }

  /// The description; nil for a kind of suite or source that a later version has brought.
  var value: SuiteDescription? {
    let from: SuiteDefinitionContent.TestsFrom? =
      switch (testsFrom, testsTree) {
      case ("revision", _): .revision
      case ("working-tree", let tree?): .workingTree(tree: tree)
      case ("pinned", let tree?): .pinned(tree: tree)
      default: nil
      }
    guard let kind = SuiteDefinitionContent.Kind(rawValue: type), let from else { return nil }
    var description = SuiteDescription(
      SuiteDefinitionContent(
        service: "", kind: kind, command: command, package: package, filter: filter, skip: skip, product: product,
        testsFrom: from, shards: shards))
    description.variables = variables
    return description
  }

  private enum CodingKeys: String, CodingKey {
    case type, command, package, filter, skip, product, shards, variables
    case testsFrom = "tests_from"
    case testsTree = "tests_tree"
  }
}

extension String {
  /// The text cut to `length` characters, with an ellipsis where something was cut.
  func cut(to length: Int) -> String {
    // Counting bytes first: most texts are short, and counting characters is slow.
    utf8.count <= length || count <= length ? self : prefix(length - 1) + "…"
  }
}
