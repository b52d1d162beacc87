import SystemPackage
import Testing

/// The shell steps of the CI templates run as they stand, in a clone such as the CI system makes.
struct ShellStepsTests {
  @Test(
    .world("greeter"), .enabled(if: TemplateJob.canRead, "apt-get install python3-yaml"),
    arguments: CISystem.allCases, [true, false])
  func verifyJobVerifiesAndPushesEvidence(system: CISystem, isSigned: Bool) async throws {
    let world = try World.current
    let job = try await TemplateJob.begin(on: system, isSigned: isSigned)
    let outcome = try await job.run()
    #expect(outcome.status == 0, "\(outcome.log)")

    let history = try await world.quench("history", "--format", "json", in: job.folder)
    #expect(try JSONValue(document: history.stdout)["commits"][0]["result"].string == "PASSED", "\(history)")
    let report = try XMLDocumentSummary(contentsOf: job.folder.appending("quench-junit.xml"))
    #expect(report.root == "testsuites" && report.count(of: "failure") == 0)
    #expect(try await world.git("rev-parse", "--is-shallow-repository", in: job.folder) == "false")
    // GitHub carries the build to a promotion in its cache, the others in a file.
    #expect(world.exists(job.folder.appending("quench-store.tar")) == (system != .github))

    #expect(try await job.hasPushed == isSigned, "\(outcome.log)")
    #expect(outcome.log.contains("No signing key here") != isSigned, "\(outcome.log)")
    if let key = job.key {
      let held = try await world.quench("evidence", "verify", "HEAD", "--signer", key + ".pub", in: job.folder)
      #expect(held.status == 0, "\(held)")
    }
  }

  /// What comes after the verification, evidence of the failure included, does not change what the job ends with.
  @Test(
    .world("greeter"), .enabled(if: TemplateJob.canRead, "apt-get install python3-yaml"),
    arguments: CISystem.allCases)
  func brokenServiceFailsTheJob(system: CISystem) async throws {
    let job = try await TemplateJob.begin(on: system, isSigned: true) { world in
      try world.replace("Hello, {name}!", by: "Good bye, {name}!", in: "greeter.py")
    }
    let outcome = try await job.run()
    #expect(outcome.status == 1, "\(outcome.log)")
    let report = try XMLDocumentSummary(contentsOf: job.folder.appending("quench-junit.xml"))
    #expect(report.count(of: "failure") > 0)
    #expect(try await job.hasPushed, "\(outcome.log)")
  }
}
