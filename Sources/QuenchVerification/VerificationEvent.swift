import QuenchBuild
import QuenchInstances
import QuenchManagers
import QuenchSuites
import SystemPackage

/// What happens in a verification, for a live view; the verdict alone decides.
public enum VerificationEvent: Sendable {
  /// The store does not have the build, so that it is made now.
  case building
  /// The service's build printed a line.
  case buildLine(String)
  /// The service is built, or was already.
  case built(Build)
  /// A suite's tests are the revision's although others were asked for, since they are built with the code they test.
  case testsOfRevision(suite: String)
  /// The tests of a suite print a line while they are built.
  case testsBuildLine(String)
  /// Instances are being started.
  case deploying(count: Int)
  /// The instances are on their way.
  case deployment(DeploymentEvent)
  /// The instances are healthy.
  case deployed([Instance])
  /// A suite begins, on these instances.
  case suiteStarted(String, instances: [Instance])
  /// A suite goes on.
  case suiteProgress(String, SuiteProgress)
  /// A suite, or one repetition of it, has ended.
  case suiteEnded(SuiteResult)
  /// The instances are being stopped, or rolled back.
  case rollingBack(to: String?)
  /// Another command is using what this one needs.
  case waiting(for: String)
}
