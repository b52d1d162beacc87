import QuenchConfiguration
import QuenchEvidence
import QuenchSuites

extension SuiteConfiguration {
  /// The package of a `swift-test` suite; nil for a command.
  var swiftTest: SwiftTestConfiguration? {
    if case .swiftTest(let test) = kind { test } else { nil }
  }
}

extension SuiteDefinition {
  /// The suite as its runner wants it.
  init(_ suite: SuiteConfiguration) {
    switch suite.kind {
    case .swiftTest(let test):
      self.init(
        name: suite.name, kind: .swiftTest(package: test.package, filter: test.filter, skip: test.skip),
        shards: suite.shards, timeout: suite.timeout, environment: suite.environment)
    case .command(let command):
      self.init(
        name: suite.name, kind: .command(command.command), shards: suite.shards,
        timeout: suite.timeout ?? command.timeout, environment: suite.environment)
    }
  }
}

extension SuiteDefinitionContent {
  /// The suite as evidence describes it.
  init(_ suite: SuiteConfiguration, service: String, testsFrom: TestsFrom) {
    switch suite.kind {
    case .swiftTest(let test):
      self.init(
        service: service, kind: .swiftTest, package: test.package, filter: test.filter, skip: test.skip,
        testsFrom: testsFrom, shards: suite.shards, environment: suite.environment)
    case .command(let command):
      self.init(
        service: service, kind: .command, command: command.command, testsFrom: testsFrom, shards: suite.shards,
        environment: suite.environment)
    }
  }
}
