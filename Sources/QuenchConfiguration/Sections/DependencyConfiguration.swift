/// A database, cache or other process that the service needs while it runs.
public struct DependencyConfiguration: Sendable, Equatable, Codable {
  /// Where the dependency comes from.
  public enum Source: Sendable, Equatable, Codable {
    /// Quench starts it with this command.
    case command(String)
    /// The CI job has started it; this variable of the runner's environment says where it is.
    case use(variable: String)
  }

  /// How many there are of it.
  public enum Scope: String, Sendable, CaseIterable, Codable {
    /// One for each instance.
    case instance
    /// One for the whole set.
    case set
  }

  /// The dependency's name in the file.
  public var name: String
  /// Where it comes from.
  public var source: Source
  /// Exits with 0 once the dependency can be used.
  public var ready: CommandConfiguration?
  /// How many there are of it.
  public var scope: Scope
  /// Runs once before an instance uses it.
  public var prepare: CommandConfiguration?
  /// Puts its data back between suites.
  public var reset: CommandConfiguration?
  /// Runs once after the last use.
  public var cleanup: CommandConfiguration?
  /// Variables that instances get because of it.
  public var exports: [String: String]
  /// How its process is asked to end; nil for the defaults.
  public var stop: StopConfiguration?

  /// A dependency of one per instance, with no commands around its life unless given.
  public init(
    name: String,
    source: Source,
    ready: CommandConfiguration? = nil,
    scope: Scope = .instance,
    prepare: CommandConfiguration? = nil,
    reset: CommandConfiguration? = nil,
    cleanup: CommandConfiguration? = nil,
    exports: [String: String] = [:],
    stop: StopConfiguration? = nil
  ) {
    self.name = name
    self.source = source
    self.ready = ready
    self.scope = scope
    self.prepare = prepare
    self.reset = reset
    self.cleanup = cleanup
    self.exports = exports
    self.stop = stop
  }
}
