import Crypto
import Foundation
import QuenchConfiguration
import QuenchDiagnostics

/// What tests are built from, besides a checkout: suites that agree in it share one build.
struct TestBuildInput: Sendable, Hashable {
  /// The package's folder.
  var package: String
  /// The variables that the build gets.
  var environment: [String: String]

  /// The SHA-256 of it, in hexadecimal.
  var digest: String {
    let variables = environment.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
    // No part of it can hold a zero byte.
    let form = ([package] + variables).joined(separator: "\0")
    return SHA256.hash(data: Data(form.utf8)).hexadecimal
  }

  /// A name for its build folder, which no other input has.
  var folderName: String {
    let name = package == "." ? "root" : String(package.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
    return "\(name.prefix(40))-\(digest.prefix(12))"
  }
}

extension SuiteConfiguration {
  /// What the suite's tests are built from, besides a checkout; a command has nothing to build.
  var testBuild: TestBuildInput { TestBuildInput(package: swiftTest?.package ?? ".", environment: environment) }
}
