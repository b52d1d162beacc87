import QuenchDiagnostics

/// What went wrong with a git repository, its notes, or a slot that was filled from it.
public struct GitError: Diagnostic {
  /// The matchable reasons.
  public enum Code: String, Sendable, CaseIterable {
    /// No repository contains the given path.
    case repositoryNotFound = "repository-not-found"
    /// The repository belongs to another user and is not in `safe.directory`.
    case repositoryForeign = "repository-foreign"
    /// The repository uses a format that libgit2 cannot read.
    case repositoryUnsupported = "repository-unsupported"
    /// The expression names no revision of this repository.
    case revisionUnknown = "revision-unknown"
    /// The expression is the beginning of more than one object id.
    case revisionAmbiguous = "revision-ambiguous"
    /// The expression names something that is not a commit.
    case revisionNotCommit = "revision-not-commit"
    /// The range is not of the form `A..B`.
    case rangeInvalid = "range-invalid"
    /// The revision does not have the path, or only through a link.
    case pathUnknown = "path-unknown"
    /// The path is not a file at the revision.
    case pathNotFile = "path-not-file"
    /// An object that the revision needs is not in the repository.
    case objectMissing = "object-missing"
    /// The revision's tree holds a name that must not be written to disk.
    case treeUnsafe = "tree-unsafe"
    /// A submodule is not present locally at the recorded commit.
    case submoduleMissing = "submodule-missing"
    /// The content of a Git LFS pointer is not present locally.
    case lfsPointer = "lfs-pointer"
    /// A file cannot be converted to its `working-tree-encoding`.
    case encodingUnsupported = "encoding-unsupported"
    /// A path of the slot could not be read, written or removed.
    case slotUnwritable = "slot-unwritable"
    /// A note is larger than is read.
    case noteTooLarge = "note-too-large"
    /// Other processes hold the notes' reference all the time.
    case notesLocked = "notes-locked"
    /// There is no remote to exchange notes with, or it is not clear which.
    case remoteUnknown = "remote-unknown"
    /// A remote cannot be read.
    case remoteUnreachable = "remote-unreachable"
    /// A remote does not take notes.
    case pushRefused = "push-refused"
    /// There is no git to run.
    case gitUnavailable = "git-unavailable"
    /// libgit2 failed in a way that has no code of its own.
    case libraryFailed = "library-failed"
  }

  /// The matchable reason.
  public let code: Code
  /// What went wrong, naming the revision, path or repository.
  public let message: String
  /// What to do next, preferably a command.
  public let remedy: String?
  /// The error underneath, when there is one.
  public let cause: (any Error)?

  /// Describes a failure; `remedy` and `cause` are given where there is one.
  public init(_ code: Code, _ message: String, remedy: String? = nil, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.remedy = remedy
    self.cause = cause
  }

  /// Wrong usage (64) for what the caller named wrongly, an error (3) for the rest.
  public var exitStatus: ExitStatus {
    switch code {
    case .repositoryNotFound, .revisionUnknown, .revisionAmbiguous, .revisionNotCommit, .rangeInvalid,
      .remoteUnknown:
      .usage
    default: .error
    }
  }
}
