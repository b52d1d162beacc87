internal import CGit2

/// One consistent reading of a repository's configuration, with the user's and the system's below it.
final class Configuration {
  private let pointer: OpaquePointer

  /// Reads the configuration as it is now.
  ///
  /// - Throws: `GitError` with `libraryFailed` when a configuration file cannot be parsed.
  init(_ handle: RepositoryHandle) throws(GitError) {
    pointer = try Libgit2.obtain("read the configuration of \(handle.location.path)") {
      git_repository_config_snapshot(&$0, handle.pointer)
    }
  }

  deinit { git_config_free(pointer) }

  /// The value of a variable, or nil when it is not set.
  subscript(name: String) -> String? {
    var value: UnsafePointer<CChar>?
    guard git_config_get_string(&value, pointer, name) == 0, let value else { return nil }
    return String(cString: value)
  }

  /// Whether a variable is set to a true value; false when it is neither true nor false.
  func isTrue(_ name: String) -> Bool {
    var value: Int32 = 0
    return git_config_get_bool(&value, pointer, name) == 0 && value != 0
  }

  /// The value of a variable that holds a path, with `~` expanded.
  func path(_ name: String) -> String? {
    var buffer = git_buf()
    guard git_config_get_path(&buffer, pointer, name) == 0, let text = buffer.ptr else { return nil }
    defer { git_buf_dispose(&buffer) }
    return String(cString: text)
  }
}
