import Foundation

/// How a service is built, as far as it decides what comes out.
public struct Recipe: Sendable, Hashable {
  /// What the slot holds besides the revision's files when a build starts.
  public enum Mode: String, Sendable, Hashable, Codable, CaseIterable {
    /// What earlier builds left, but for what is in the outputs.
    case incremental
    /// Nothing.
    case clean
  }

  /// The service's name.
  public var name: String
  /// The command line for `/bin/sh -c`; nil when there is nothing to build and the checkout holds the outputs.
  public var command: String?
  /// How long the command may take; nil for as long as it likes.
  public var timeout: Duration?
  /// The files and folders that make up the artifact, relative to the checkout.
  public var outputs: [String]
  /// Variables for the build.
  public var environment: [String: String]
  /// The names of the secret variables the build needs; their values are no part of a recipe.
  public var secretNames: [String]
  /// The paths the build depends on; empty for the whole tree.
  public var paths: [String]
  /// What the slot holds when the build starts.
  public var mode: Mode

  /// Makes a recipe.
  public init(
    name: String, command: String? = nil, timeout: Duration? = nil, outputs: [String],
    environment: [String: String] = [:], secretNames: [String] = [], paths: [String] = [], mode: Mode = .incremental
  ) {
    self.name = name
    self.command = command
    self.timeout = timeout
    self.outputs = outputs
    self.environment = environment
    self.secretNames = secretNames
    self.paths = paths
    self.mode = mode
  }
}

/// A recipe as it goes into a build's key: everything but the timeout, which decides whether there is a build, not which.
struct RecipeEncoding: Encodable {
  static let version = 1

  let version = Self.version
  let name: String
  let command: String?
  let outputs: [String]
  let environment: [String: String]
  let secrets: [String]
  let paths: [String]
  let mode: Recipe.Mode

  init(_ recipe: Recipe) {
    name = recipe.name
    command = recipe.command
    // The order of these lists changes nothing about the artifact.
    outputs = recipe.outputs.sorted()
    environment = recipe.environment
    secrets = recipe.secretNames.sorted()
    paths = recipe.paths.sorted()
    mode = recipe.mode
  }
}
