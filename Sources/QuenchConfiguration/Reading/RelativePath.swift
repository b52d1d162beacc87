/// Checks of the paths that a file names, which stay inside the folder they are relative to.
enum RelativePath {
  /// Why `path` does not name a place inside, or nil when it does; `.` is a place only if `allowsRoot`.
  static func fault(of path: String, allowsRoot: Bool = false) -> String? {
    if path.hasPrefix("/") { return "is absolute; name it relative to the root" }
    if path.hasPrefix("~") { return "begins with `~`, which is not expanded; name it relative to the root" }
    if path.contains("\0") { return "holds a NUL" }
    let components = components(of: path)
    if components.contains("..") { return "leaves its root by `..`" }
    if components.isEmpty, !allowsRoot { return "names no file or folder of its own" }
    return nil
  }

  /// The components that count: no empty ones and no `.`.
  static func components(of path: String) -> [String] {
    path.split(separator: "/").map(String.init).filter { $0 != "." }
  }
}
