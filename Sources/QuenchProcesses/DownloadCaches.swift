import QuenchState
import SystemPackage

/// Where builds keep what package managers download.
public enum DownloadCaches: Sendable, Hashable {
  /// The user's own folders, which builds share with each other and with what the user builds without Quench.
  case shared
  /// A folder of their own: what such builds leave there, no other takes up.
  case own(FilePath)

  /// What a build has to be able to write for it.
  public var writable: [FilePath] {
    switch self {
    case .shared: ProcessEnvironment.packageCaches
    case .own(let folder): [folder] + ProcessEnvironment.fingerprints
    }
  }

  /// What keeps builds from filling SwiftPM's cache at the same time; nil where there is no cache to share.
  var lock: FileLock? {
    switch self {
    case .shared: ProcessEnvironment.packageCaches.first.map { FileLock(path: FilePath("\($0).lock")) }
    case .own(let folder): FileLock(path: FilePath("\(folder).lock"))
    }
  }

  /// What tells package managers of it.
  public var variables: [String: String] {
    guard case .own(let folder) = self else { return [:] }
    func path(_ name: String) -> String { folder.appending(name).string }
    return [
      // SwiftPM, pip, Go's builds and others go by it.
      ProcessEnvironment.cacheHomeVariable: path("cache"), "npm_config_cache": path("npm"), "CARGO_HOME": path("cargo"),
      "GOMODCACHE": path("go"), "GRADLE_USER_HOME": path("gradle"), "NUGET_PACKAGES": path("nuget"),
      "BUNDLE_USER_CACHE": path("bundle"), "MAVEN_ARGS": "-Dmaven.repo.local=\(path("maven"))",
    ]
  }
}
