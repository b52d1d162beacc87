internal import CGit2

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// Produces the bytes that files have in a working tree.
///
/// For one thread at a time.
///
/// Conversions are git's built-in ones (line endings, `ident`, `working-tree-encoding`) and Git LFS contents that are
/// already on this machine. Filter drivers from the configuration are commands, and are never run.
final class ContentReader {
  /// What goes to disk for a file.
  enum Content {
    case bytes(UnsafeRawBufferPointer)
    case largeFile(LargeFile, directory: FilePath)
  }

  private let sources: [ObjectSource]
  private var handles: [Int: RepositoryHandle] = [:]

  /// - Parameter main: the main repository opened for its objects by this thread, when it is open already.
  init(_ sources: [ObjectSource], main: RepositoryHandle? = nil) {
    self.sources = sources
    handles[0] = main
  }

  /// Calls `body` with the content of a file, which is valid during the call only.
  ///
  /// - Throws: `GitError` with `objectMissing`, `encodingUnsupported` or `libraryFailed`, and what `body` throws.
  func withContent<Result>(of file: TreeFile, _ body: (Content) throws -> Result) throws -> Result {
    let source = sources[file.source]
    let handle = try handle(file.source)
    let blob = try handle.lookUpBlob(file.id)
    defer { git_blob_free(blob) }
    let raw = UnsafeRawBufferPointer(start: git_blob_rawcontent(blob), count: Int(git_blob_rawsize(blob)))
    guard file.mode != .symlink else { return try body(.bytes(raw)) }
    let path = Array(file.path.dropFirst(source.prefix.isEmpty ? 0 : source.prefix.count + 1)) + [0]
    if let largeFile = LargeFile(parsing: raw) {
      let filter = file.mayConvert ? try attribute("filter", of: path, source, handle) : nil
      if filter == nil || filter == "lfs" {
        return try body(.largeFile(largeFile, directory: source.largeFiles))
      }
    }
    guard file.mayConvert, !raw.isEmpty else { return try body(.bytes(raw)) }
    let encoding = try attribute("working-tree-encoding", of: path, source, handle).flatMap(TextEncoding.init)
    return try withFiltered(blob, raw, path, source, handle) { bytes in
      guard let encoding else { return try body(.bytes(bytes)) }
      return try encoding.encode(bytes, shown: file.path).withUnsafeBytes { try body(.bytes($0)) }
    }
  }

  private func handle(_ source: Int) throws(GitError) -> RepositoryHandle {
    if let handle = handles[source] { return handle }
    let handle = try RepositoryHandle(objectsOf: sources[source].location)
    handles[source] = handle
    return handle
  }

  /// Applies libgit2's built-in filters, by the attributes of the source's commit.
  private func withFiltered<Result>(
    _ blob: OpaquePointer, _ raw: UnsafeRawBufferPointer, _ path: [UInt8], _ source: ObjectSource,
    _ handle: RepositoryHandle, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    var options = git_filter_options()
    options.version = UInt32(GIT_FILTER_OPTIONS_VERSION)
    options.flags = GIT_FILTER_ATTRIBUTES_FROM_COMMIT.rawValue
    options.attr_commit_id = source.commit.git
    var filters: OpaquePointer?
    defer { git_filter_list_free(filters) }
    try path.withCString { path in
      try Libgit2.check(
        "find the filters of \(String(cString: path))",
        git_filter_list_load_ext(&filters, handle.pointer, blob, path, GIT_FILTER_TO_WORKTREE, &options))
    }
    guard filters != nil else { return try body(raw) }
    var buffer = git_buf()
    defer { git_buf_dispose(&buffer) }
    try Libgit2.check("convert \(path.dropLast().text)", git_filter_list_apply_to_blob(&buffer, filters, blob))
    return try body(UnsafeRawBufferPointer(start: buffer.ptr, count: buffer.size))
  }

  /// The value of an attribute: nil when unspecified, `true` or `false` when set or unset.
  private func attribute(
    _ name: String, of path: [UInt8], _ source: ObjectSource, _ handle: RepositoryHandle
  ) throws(GitError) -> String? {
    var options = git_attr_options()
    options.version = UInt32(GIT_ATTR_OPTIONS_VERSION)
    options.flags = UInt32(GIT_ATTR_CHECK_INCLUDE_COMMIT)
    options.attr_commit_id = source.commit.git
    var value: UnsafePointer<CChar>?
    let status = path.withCString { git_attr_get_ext(&value, handle.pointer, &options, $0, name) }
    try Libgit2.check("read the attributes of \(path.dropLast().text)", status)
    switch git_attr_value(value) {
    case GIT_ATTR_VALUE_TRUE: return "true"
    case GIT_ATTR_VALUE_FALSE: return "false"
    case GIT_ATTR_VALUE_STRING: return value.map { String(cString: $0) }
    default: return nil
    }
  }
}

extension RepositoryHandle {
  /// Looks a blob up; the caller frees it.
  ///
  /// - Throws: `GitError` with `objectMissing` when the repository does not have it.
  func lookUpBlob(_ id: ObjectID) throws(GitError) -> OpaquePointer {
    var oid = id.git
    do {
      return try Libgit2.obtain("read blob \(id)") { git_blob_lookup(&$0, pointer, &oid) }
    } catch {
      throw missing(id, "blob", error)
    }
  }

  /// The bytes of a blob as they are stored.
  ///
  /// - Throws: `GitError` with `objectMissing` when the repository does not have it.
  func blob(_ id: ObjectID) throws(GitError) -> [UInt8] {
    let blob = try lookUpBlob(id)
    defer { git_blob_free(blob) }
    return [UInt8](UnsafeRawBufferPointer(start: git_blob_rawcontent(blob), count: Int(git_blob_rawsize(blob))))
  }
}

extension [UInt8] {
  /// Calls `body` with these bytes, of which the last is zero, as a C string.
  fileprivate func withCString<Result>(_ body: (UnsafePointer<CChar>) throws -> Result) rethrows -> Result {
    try withUnsafeBufferPointer { bytes in
      try bytes.withMemoryRebound(to: CChar.self) { characters in
        // An empty array has no address; an empty C string is what it stands for.
        if let address = characters.baseAddress { return try body(address) }
        return try "".withCString(body)
      }
    }
  }
}

extension ArraySlice<UInt8> {
  fileprivate var text: String { String(decoding: self, as: UTF8.self) }
}
