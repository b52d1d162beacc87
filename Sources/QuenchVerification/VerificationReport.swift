import QuenchBuild
import QuenchEvidence
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
    /// The logs of the build, the suites and the instances: files and folders.
    public var logs: [FilePath]
  }
}
