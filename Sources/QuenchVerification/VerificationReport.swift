import Foundation
import QuenchBuild
import QuenchDiagnostics
import QuenchEvidence
import QuenchGit
import QuenchProcesses
import SystemPackage

extension Verification {
  /// What a verification came to, and what it left to read.
  public struct Report: Sendable {
    /// The verdict, not yet recorded.
    public var verdict: Verdict
    /// The build that was verified; nil when there was none.
    public var build: Build?
    /// The error that kept the verification from its end; nil when nothing did.
    public var failure: (any Error)?
    /// The logs of the build, the suites and the instances: files and folders, of which some may not be there.
    public var logs: [FilePath]
  }
}

/// That a signal ended a verification, and what was known by then; that is no verdict.
public struct VerificationInterrupted: Error {
  /// What the verification had come to; whatever had no result is an error in it.
  public let report: Verification.Report
  /// What the work ended with, when it was not merely cancelled.
  public let cause: (any Error)?
}

extension Verification.Report {
  /// That a revision could not be verified, because its `quench.yml` is wrong.
  public init(on revision: Revision, of service: String, misconfigured error: any Diagnostic) {
    self.init(
      verdict: Verdict(
        service: service, revision: revision.id.description, tree: revision.tree.description, started: Date(),
        hindrance: Hindrance(.configuration, error.message), isolation: Confinement.description),
      build: nil, failure: error, logs: [])
  }
}
