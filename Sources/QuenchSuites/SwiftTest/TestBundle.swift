import Foundation
import QuenchState
import SystemPackage

/// The executable that `swift build --build-tests` makes of all of a package's tests.
///
/// On Linux `<package>PackageTests.xctest` is an executable. Run by itself it is XCTest's runner and takes a list of
/// tests; with `--testing-library swift-testing` it is Swift Testing's. `swift test` runs it in just these two ways.
struct TestBundle {
  let executable: FilePath

  /// What is read of a build plan at most, in bytes: 256 MiB.
  private static let largestPlan = 256 << 20

  /// Finds the executable in a build folder.
  ///
  /// Only what the last build planned counts: when a package is renamed or loses its tests, its old executable stays in
  /// the folder, with the old code linked in.
  ///
  /// - Parameter product: which test product's; nil for the package's only one.
  /// - Throws: `SuiteError` with code `bundle-missing`, or with `definition-invalid` when there is no such product.
  init(scratch: FilePath, suite: String, product: String? = nil) throws(SuiteError) {
    let products = scratch.appending("debug")
    let plan = String(
      decoding: (try? RegularFile.read(scratch.appending("debug.yaml"), atMost: Self.largestPlan)) ?? [], as: UTF8.self)
    let bundles = ((try? FileManager.default.contentsOfDirectory(atPath: products.string)) ?? [])
      .filter { $0.hasSuffix(".xctest") && plan.contains("/\($0)\"") }.sorted()
    if let product {
      guard bundles.contains("\(product).xctest") else {
        let others = bundles.map { "`\($0.dropLast(".xctest".count))`" }.joined(separator: ", ")
        throw SuiteError(
          .definitionInvalid,
          "the package of suite \(suite) has no test product `\(product)`" + (others.isEmpty ? "" : ", but \(others)"),
          remedy: "correct suites.\(suite).swift-test.product; one test target is chosen by filter: '^Target\\.'")
      }
      executable = products.appending("\(product).xctest")
      return
    }
    let ofPackages = bundles.filter { $0.hasSuffix("PackageTests.xctest") }
    guard let bundle = ofPackages.first, ofPackages.count == 1 else {
      throw SuiteError(
        .bundleMissing, "suite \(suite) has no built tests in \(products)",
        remedy: "swift build --build-tests --scratch-path \(scratch)")
    }
    executable = products.appending(bundle)
  }
}
