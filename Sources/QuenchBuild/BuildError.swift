import Foundation
import QuenchDiagnostics
import SystemPackage

/// What can go wrong with building a revision and with keeping what came out.
public struct BuildError: Diagnostic {
  /// The matchable reasons.
  public enum Code: String, Sendable, CaseIterable {
    /// A path that is to narrow the tree is not there at the revision.
    case pathMissing = "path-missing"
    /// The build command ended with another status than 0.
    case buildFailed = "build-failed"
    /// The build command did not end in its time.
    case buildTimedOut = "build-timed-out"
    /// A variable that the recipe names was not given.
    case secretMissing = "secret-missing"
    /// An output is not there after the build.
    case outputMissing = "output-missing"
    /// An output's path is empty, absolute or climbs out of the checkout.
    case outputInvalid = "output-invalid"
    /// An output, or a link in one, leads out of the checkout or out of the artifact.
    case outputEscapes = "output-escapes"
    /// An output holds a socket, a device or a pipe, or changed while it was read.
    case outputUnsupported = "output-unsupported"
    /// Two outputs end in the same name.
    case outputsCollide = "outputs-collide"
    /// The bytes in the store are not those of the digest.
    case digestMismatch = "digest-mismatch"
    /// The store does not hold the artifact.
    case artifactMissing = "artifact-missing"
    /// The artifact is not an archive as Quench writes it.
    case artifactMalformed = "artifact-malformed"
    /// The artifact cannot be written where it was asked for.
    case destinationUnwritable = "destination-unwritable"
    /// The store cannot be written.
    case storeUnwritable = "store-unwritable"
    /// The store cannot be read.
    case storeUnreadable = "store-unreadable"
    /// The build slot cannot be read or written.
    case slotUnwritable = "slot-unwritable"
    /// The disk is full, or the quota used up.
    case diskFull = "disk-full"
  }

  /// The matchable reason.
  public let code: Code
  /// What went wrong, and with which revision, output, digest or file.
  public let message: String
  /// What to do next.
  public let remedy: String?
  /// The error underneath.
  public let cause: (any Error)?

  /// Makes an error.
  public init(_ code: Code, _ message: String, remedy: String? = nil, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.remedy = remedy
    self.cause = cause
  }

  /// What `quench.yml` has wrong is status 78, the rest 3.
  public var exitStatus: ExitStatus {
    switch code {
    case .secretMissing, .outputInvalid, .outputsCollide: .configuration
    default: .error
    }
  }
}

extension BuildError {
  /// A failed write: `disk-full` when that was why, else `code`.
  static func writing(_ path: FilePath, as code: Code, _ error: any Error) -> BuildError {
    if let known = error as? BuildError { return known }
    if isDiskFull(error) {
      return BuildError(.diskFull, "the disk is full: cannot write \(path)", remedy: "quench gc", cause: error)
    }
    return BuildError(code, "cannot write \(path)", remedy: "ls -ld \(path.removingLastComponent())", cause: error)
  }

  /// Whether an error says that there is no room left, at any depth.
  static func isDiskFull(_ error: any Error) -> Bool {
    if let number = error as? Errno { return number == .noSpace || number == .diskQuotaExceeded }
    if let diagnostic = error as? any Diagnostic { return diagnostic.cause.map(isDiskFull) ?? false }
    let error = error as NSError
    if error.domain == NSPOSIXErrorDomain { return error.code == Int(ENOSPC) || error.code == Int(EDQUOT) }
    if error.domain == NSCocoaErrorDomain, error.code == CocoaError.fileWriteOutOfSpace.rawValue { return true }
    return (error.userInfo[NSUnderlyingErrorKey] as? any Error).map(isDiskFull) ?? false
  }
}
