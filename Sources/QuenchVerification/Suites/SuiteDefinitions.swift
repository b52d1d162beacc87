import Crypto
import Foundation
import QuenchConfiguration
import QuenchDiagnostics
import QuenchEvidence
import QuenchSuites

extension SuiteConfiguration {
  /// The SHA-256 of the suite's definition, in hexadecimal, as verdicts have it; nil where that depends on what other
  /// revision its tests come from.
  public func definitionDigest(service: String) -> String? {
    guard testsFrom == .revision else { return nil }
    return SuiteDefinitionDigest(of: SuiteDefinitionContent(self, service: service, testsFrom: .revision)).hex
  }

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
        name: suite.name,
        kind: .swiftTest(package: test.package, filter: test.filter, skip: test.skip, product: test.product),
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
        product: test.product, testsFrom: testsFrom, shards: suite.shards, environment: suite.environment)
    case .command(let command):
      self.init(
        service: service, kind: .command, command: command.command, testsFrom: testsFrom, shards: suite.shards,
        environment: suite.environment)
    }
  }
}

extension ServiceConfiguration {
  /// The SHA-256 of how the service is built and run, in hexadecimal: a verdict on the same tree says nothing of a
  /// service that a host describes otherwise now.
  ///
  /// - Throws: `EncodingError` for what JSON cannot say; such services must not be taken for one and the same.
  var definitionDigest: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      var content = self
      // Where a host keeps the values of secrets is no part of the service, as the values are not.
      content.secretsFile = nil
      return SHA256.hash(data: try encoder.encode(content)).hexadecimal
    }
  }
}
