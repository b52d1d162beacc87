import Foundation
import QuenchSuites

extension VerdictStatement {
  /// The statement as the payload of an envelope: JSON on one line.
  ///
  /// - Throws: `EvidenceError` with code `document-unwritable` for a duration that is not a number.
  public func payload() throws(EvidenceError) -> Data {
    let subject =
      [StatementSubject.revision(revision, tree: tree)] + (build.map { [.artifact(of: service, $0.digest)] } ?? [])
    let predicate = TestResultPredicate(
      result: result == .passed ? .passed : .failed, configuration: suites.map(\.descriptor),
      passedTests: passedTests.names, failedTests: failedTests.names,
      annotations: TestResultPredicate.Annotations(
        schema: TestResultPredicate.schema, result: result, reason: reason, service: service,
        serviceDefinition: serviceDefinition,
        build: build.map { .init(key: $0.key, mode: $0.mode, platform: $0.platform, toolchain: $0.toolchain) },
        isolation: isolation, instances: instances, started: started, durationSeconds: durationSeconds,
        passedTestsOmitted: passedTests.omitted, failedTestsOmitted: failedTests.omitted))
    return try WireJSON.encode(
      Statement(about: subject, Self.predicateType, predicate), what: "the statement of a verdict")
  }

  /// Reads the statement of a payload, which has to be trusted for other reasons.
  ///
  /// - Throws: `EvidenceError` with code `statement-malformed`, also where the statement contradicts itself.
  public init(payload: Data) throws(EvidenceError) {
    let statement = try Statement<TestResultPredicate>(payload: payload, Self.predicateType)
    let predicate = statement.predicate, said = predicate.annotations
    guard said.schema == TestResultPredicate.schema else {
      throw EvidenceError(
        .statementMalformed, "the statement is written in \(said.schema), not \(TestResultPredicate.schema)",
        remedy: "use a version of quench that knows \(said.schema)")
    }
    let artifact = try statement.subject.artifact()
    (revision, tree) = try statement.subject.revision()
    guard (said.build == nil) == (artifact == nil) else {
      throw EvidenceError(
        .statementMalformed, "the statement has a build without a digest, or a digest without a build")
    }
    service = said.service
    build = said.build.flatMap { build in
      artifact.map {
        Build(key: build.key, digest: $0, mode: build.mode, platform: build.platform, toolchain: build.toolchain)
      }
    }
    serviceDefinition = said.serviceDefinition
    result = said.result
    reason = said.reason
    suites = predicate.configuration.compactMap(AttestedSuite.init)
    isolation = said.isolation
    instances = said.instances
    started = said.started
    durationSeconds = said.durationSeconds
    passedTests = TestNames(predicate.passedTests ?? [])
    passedTests.omitted += said.passedTestsOmitted
    failedTests = TestNames(predicate.failedTests ?? [])
    failedTests.omitted += said.failedTestsOmitted
    guard suites.count == predicate.configuration.count, Set(suites.map(\.name)).count == suites.count else {
      throw EvidenceError(.statementMalformed, "the statement has a suite without a name of its own or a result")
    }
    // The predicate's own word, the annotated one and those of the suites have to agree: none is to be believed alone.
    let worst = Outcome.worst(of: suites.map(\.result))
    guard (predicate.result == .passed) == (result == .passed), result != .passed || worst == .passed else {
      throw EvidenceError(
        .statementMalformed, "the statement says \(predicate.result.rawValue) and what it lists does not")
    }
  }
}

extension AttestedSuite {
  /// The suite's definition, with what it came to.
  var descriptor: ResourceDescriptor<TestResultPredicate.SuiteAnnotations> {
    ResourceDescriptor(
      name: name, uri: definition == nil ? "urn:quench:suite:unknown" : nil,
      digest: definition.map { [StatementSubject.Algorithm.sha256: $0] },
      annotations: TestResultPredicate.SuiteAnnotations(
        result: result, reason: reason, passed: passed, failed: failed, skipped: skipped, knownIssues: knownIssues,
        durationSeconds: durationSeconds, runs: runs, passedRuns: passedRuns, flaky: flaky,
        flakyTests: flakyTests.map { .init(test: $0.test, runs: $0.runs, failures: $0.failures) },
        definition: description.map(SuiteDescriptionDocument.init)))
  }

  /// Reads a suite; nil for a descriptor that is none.
  init?(_ descriptor: ResourceDescriptor<TestResultPredicate.SuiteAnnotations>) {
    guard let name = descriptor.name, let said = descriptor.annotations else { return nil }
    self.name = name
    definition = descriptor.digest?[StatementSubject.Algorithm.sha256]
    description = said.definition?.value
    result = said.result
    reason = said.reason
    passed = said.passed
    failed = said.failed
    skipped = said.skipped
    knownIssues = said.knownIssues
    durationSeconds = said.durationSeconds
    runs = said.runs
    passedRuns = said.passedRuns
    flaky = said.flaky
    flakyTests = said.flakyTests.map {
      TestFlakiness(suite: name, test: $0.test, runs: $0.runs, failures: $0.failures)
    }
  }
}
