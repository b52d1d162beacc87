/// The `swift-test` part of a suite: which tests of which package.
public struct SwiftTestConfiguration: Sendable, Equatable {
  /// The package's folder, relative to the checkout's root.
  public var package: String
  /// Only tests that match this regular expression run.
  public var filter: String?
  /// Tests that match this regular expression do not run.
  public var skip: String?
  /// The test product, for packages with several.
  public var product: String?

  /// All tests of the package at the checkout's root, unless narrowed.
  public init(package: String = ".", filter: String? = nil, skip: String? = nil, product: String? = nil) {
    self.package = package
    self.filter = filter
    self.skip = skip
    self.product = product
  }
}
