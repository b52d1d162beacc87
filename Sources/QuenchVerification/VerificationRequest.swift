import QuenchConfiguration
import QuenchGit
import SystemPackage

/// What is to be verified, and by which suites.
public struct VerificationRequest: Sendable {
  /// The revision under test.
  public var revision: Revision
  /// The service as the revision describes it; suites and the hot set as this host does.
  public var configuration: Configuration
  /// The suites to run, in order.
  public var suites: [SuiteConfiguration]
  /// How often each suite is run.
  public var repetitions: Int
  /// Whether the service is built although the store has its build.
  public var rebuilds: Bool
  /// When to stop, whatever is done by then; nil for as long as it takes.
  public var timeLimit: TimeLimit?
  /// What no command under test may even read, such as the signing key.
  public var denied: [FilePath]

  /// Makes a request.
  public init(
    revision: Revision, configuration: Configuration, suites: [SuiteConfiguration], repetitions: Int = 1,
    rebuilds: Bool = false, timeLimit: TimeLimit? = nil, denied: [FilePath] = []
  ) {
    self.revision = revision
    self.configuration = configuration
    self.suites = suites
    self.repetitions = repetitions
    self.rebuilds = rebuilds
    self.timeLimit = timeLimit
    self.denied = denied
  }

  /// How many hot instances the suites need at the same time; none when no suite wants one.
  var instancesNeeded: Int {
    suites.contains { $0.instances != .none } ? configuration.hot.instances : 0
  }
}
