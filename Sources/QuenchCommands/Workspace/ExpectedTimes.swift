import QuenchBuild
import QuenchConfiguration
import QuenchDiagnostics
import QuenchGit
import QuenchLedger

/// How long things took on average the last few times, in seconds; what never ran is not there.
struct ExpectedTimes: Sendable {
  var build: Double?
  var suites: [String: Double] = [:]

  /// The time to expect, as it follows the name of what takes it.
  static func note(_ seconds: Double?) -> String { seconds.map { $0 < 0.01 ? "" : " (about \($0.asSeconds))" } ?? "" }
}

extension Workspace {
  /// What the ledger says of earlier builds of a service, and of earlier runs of suites.
  func expectedTimes(service: String, suites: [SuiteConfiguration] = []) async throws -> ExpectedTimes {
    var times = ExpectedTimes(build: try await ledger.meanSeconds(of: .build, service: service))
    for suite in suites {
      times.suites[suite.name] = try await ledger.meanSeconds(of: .suite(suite.name), service: service)
    }
    return times
  }

  /// Notes that a build was made or found, and how long it took.
  func record(_ build: Build) async throws {
    try await ledger.record(
      BuildRecord(
        service: build.service, key: build.key.description, digest: build.digest.description,
        revision: build.revision.description, tree: build.tree.description, seconds: build.seconds,
        cached: build.cached))
  }
}
