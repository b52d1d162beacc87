import Foundation
import QuenchBuild
import QuenchConfiguration
import QuenchDiagnostics
import QuenchEvidence
import QuenchGit
import QuenchInstances
import QuenchSuites
import Synchronization
import SystemPackage

/// A verdict in the making: what is known so far, whenever the verification ends.
actor VerdictDraft {
  private var verdict: Verdict
  private var suiteOrder: [String: Int]
  /// How far the suites have come that have no result yet.
  nonisolated let trail = SuiteTrail()
  private let noted = Mutex<[FilePath]>([])
  private(set) var failure: (any Error)?
  private var limit: TimeLimitReached?
  private(set) var build: Build?

  init(_ request: VerificationRequest, isolation: String) throws {
    verdict = Verdict(
      service: request.configuration.service.name, revision: request.revision.id.description,
      tree: request.revision.tree.description, started: Date(),
      serviceDefinition: try request.configuration.service.definitionDigest, isolation: isolation)
    suiteOrder = Dictionary(
      uniqueKeysWithValues: request.suites.enumerated().map { ($0.element.name, $0.offset) })
  }

  func record(_ build: Build, seconds: Double) {
    self.build = build
    verdict.build = VerifiedBuild(
      key: build.key.description, digest: build.digest.description, cached: build.cached, mode: build.mode.rawValue,
      platform: build.platform.description, toolchain: build.toolchain)
    verdict.timings.build = max(0, seconds - build.checkoutSeconds)
    verdict.timings.checkout = build.checkoutSeconds
  }

  func record(definitions: [String: SuiteDefinitionContent]) {
    verdict.suiteDefinitions = definitions.mapValues { SuiteDefinitionDigest(of: $0).hex }
    verdict.suiteDescriptions = definitions.mapValues(SuiteDescription.init)
  }

  func record(_ instances: [Instance], seconds: Double) {
    verdict.instances = instances.map { VerifiedInstance(id: $0.id, port: $0.port, revision: $0.revision) }
    verdict.timings.deploy = seconds
  }

  /// Records a suite's result, in place of what was recorded of it before.
  func record(_ suite: SuiteResult) {
    // What broke once the time was up may have broken because it was ended.
    if let limit, suite.result == .error { return hinder(.timeLimit, limit, detail: limit.message) }
    put(suite)
  }

  private func put(_ suite: SuiteResult) {
    verdict.suites.removeAll { $0.name == suite.name }
    verdict.suites.append(suite)
    verdict.suites.sort { suiteOrder[$0.name, default: 0] < suiteOrder[$1.name, default: 0] }
  }

  func record(_ flakiness: [TestFlakiness]) { verdict.flakiness = (verdict.flakiness ?? []) + flakiness }

  func record(suitesSeconds: Double) { verdict.timings.suites = suitesSeconds }

  func record(rolledBackTo: String?, seconds: Double) {
    verdict.rolledBackTo = rolledBackTo
    verdict.timings.rollback = seconds
  }

  /// Notes a log, which need not be there in the end.
  nonisolated func note(log: FilePath) { noted.withLock { $0.append(log) } }

  /// The logs of the build, the suites and the instances: files and folders, of which some may not be there.
  nonisolated var logs: [FilePath] { noted.withLock { $0 } }

  /// Notes that the time is up: what goes wrong from now on does so because the work is being ended.
  func note(_ reached: TimeLimitReached) { limit = reached }

  /// Notes what could not be cleaned up, which is told whatever else went wrong before.
  func record(leftBehind failures: [any Error]) {
    guard !failures.isEmpty else { return }
    verdict.leftBehind =
      (verdict.leftBehind ?? []) + failures.map { DiagnosticText.lines(of: $0).joined(separator: "\n") }
  }

  /// Notes what kept the verification from its end; what came first is what is told.
  func hinder(_ kind: Hindrance.Kind, _ error: any Error, detail: String) {
    guard verdict.hindrance == nil else { return }
    verdict.hindrance = limit.map { Hindrance(.timeLimit, $0.message) } ?? Hindrance(kind, detail)
    failure = limit ?? error
  }

  /// Takes back that suites passed, for a reason that is about all instances.
  func doubtSuites(_ reason: String) {
    for index in verdict.suites.indices where verdict.suites[index].result == .passed {
      verdict.suites[index].result = .error
      verdict.suites[index].reason = reason
    }
  }

  /// Whether a suite's result speaks of something by its name.
  func mentions(_ name: String) -> Bool { verdict.suites.contains { $0.reason?.contains(name) == true } }

  /// The verdict as it stands; a suite that was asked for and of which nothing is known is an error, not a silence.
  func finished(after seconds: Double) -> Verdict {
    verdict.timings.total = seconds
    if verdict.hindrance == nil {
      recordMissing(.error, "nothing says why")
    } else if let limit, verdict.build != nil {
      recordMissing(.inconclusive, limit.message)
    }
    return verdict
  }

  /// What is known when a signal ends the verification; nothing of it passes for more than it is.
  func interrupted(after seconds: Double) -> Verdict {
    verdict.timings.total = seconds
    if verdict.hindrance == nil { verdict.hindrance = Hindrance(.interruption, Self.interruption) }
    recordMissing(.error, Self.interruption)
    return verdict
  }

  private static let interruption = "the verification was interrupted"

  private func recordMissing(_ result: Outcome, _ reason: String) {
    for name in suiteOrder.keys where !verdict.suites.contains(where: { $0.name == name }) {
      put(trail.result(of: name, result, reason))
    }
  }
}
