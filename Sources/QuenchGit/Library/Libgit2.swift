internal import CGit2

/// libgit2 itself: started once per process, and how its calls report failure.
enum Libgit2 {
  private static let started: Void = {
    git_libgit2_init()
    _ = quench_git_accept_extensions()
  }()

  /// Starts the library when nothing did so before.
  static func start() { started }

  /// Runs a libgit2 call and turns a negative status into an error.
  ///
  /// The error text is thread-local in libgit2, so it is read here, before anything can suspend.
  static func check(_ action: @autoclosure () -> String, _ status: Int32) throws(GitError) {
    guard status < 0 else { return }
    throw failure(action(), status)
  }

  /// Runs a libgit2 call that hands out an object, which the caller then owns.
  static func obtain(
    _ action: @autoclosure () -> String, _ call: (inout OpaquePointer?) -> Int32
  ) throws(GitError) -> OpaquePointer {
    var pointer: OpaquePointer?
    let status = call(&pointer)
    guard status >= 0, let pointer else { throw failure(action(), min(status, -1)) }
    return pointer
  }

  private static func failure(_ action: String, _ status: Int32) -> GitError {
    let text = git_error_last().map { String(cString: $0.pointee.message) } ?? "status \(status)"
    return GitError(
      .libraryFailed, "could not \(action)", remedy: "git fsck --no-dangling",
      cause: LibraryFailure(status: status, text: text))
  }
}

/// A failed libgit2 call: its status and its text.
struct LibraryFailure: Error, CustomStringConvertible {
  /// A `git_error_code`.
  let status: Int32
  let text: String

  var description: String { text }
}

extension GitError {
  /// The libgit2 status underneath, when there is one.
  var libraryStatus: git_error_code? {
    (cause as? LibraryFailure).map { git_error_code($0.status) }
  }
}
