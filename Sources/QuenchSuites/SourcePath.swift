import SystemPackage

/// A source file's path as reports give it.
enum SourcePath {
  /// `path` relative to `package` when it lies inside, else unchanged.
  static func relative(_ path: String, to package: FilePath?) -> String {
    guard let package else { return path }
    var file = FilePath(path)
    return file.removePrefix(package) && !file.isEmpty ? file.string : path
  }
}
