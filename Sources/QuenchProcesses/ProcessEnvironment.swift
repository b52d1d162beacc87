import Foundation
import SystemPackage

/// What of the runner's environment reaches the code under test.
public enum ProcessEnvironment {
  /// The names that are passed on; everything else must be asked for by name.
  public static let passedOn = ["PATH", "HOME", "LANG"]

  /// `PATH`, `HOME` and `LANG` of this process, a temporary folder, and `additions`, which win.
  public static func allowed(
    temporaryDirectory: FilePath, adding additions: [String: String] = [:]
  ) -> [String: String] {
    let own = ProcessInfo.processInfo.environment
    var environment: [String: String] = ["TMPDIR": temporaryDirectory.string]
    for name in passedOn { environment[name] = own[name] }
    environment["PATH"] = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    return environment.merging(additions) { $1 }
  }

  /// Where compilers keep the system modules they have read; by itself that is a folder of the user's caches.
  public static let moduleCacheVariable = "CLANG_MODULE_CACHE_PATH"

  /// The folder below which programs keep caches (XDG base directories), for those that may not write the user's.
  public static let cacheHomeVariable = "XDG_CACHE_HOME"

  /// The folders below `HOME` to which package managers download, and where SwiftPM notes the fingerprints of that, for
  /// builds, which share them as they would without Quench.
  ///
  /// Nothing else may write there. None of them holds programs on `PATH` or settings. Some hold sources and programs that
  /// later builds run, of whomever: so builds that are not to be trusted have caches of their own (``DownloadCaches``). On a new machine the folders of the package managers that are
  /// installed are made first, for a confined build could not make them. They are looked for once in a process.
  public static let packageCaches: [FilePath] = {
    let environment = ProcessInfo.processInfo.environment
    guard let home = environment["HOME"], !home.isEmpty else { return [] }
    let programs = (environment["PATH"] ?? "").split(separator: ":")
    let caches = cacheFolders.map { (FilePath(home).pushing(FilePath($0.folder)), $0.program) }
    return (caches + fingerprints.map { ($0, "swift") }).map { path, program in
      let isInstalled = programs.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
      if isInstalled, !FileManager.default.fileExists(atPath: path.string) {
        // In a home that cannot be written there is no cache to share.
        try? FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
      }
      return path
    }
  }()

  /// Where SwiftPM notes what it downloaded.
  static var fingerprints: [FilePath] {
    accountHome.map { [$0.appending(".swiftpm").appending("security").appending("fingerprints")] } ?? []
  }

  /// The home of this user's account, where SwiftPM notes fingerprints whatever `HOME` says.
  private static var accountHome: FilePath? {
    guard let account = getpwuid(getuid()), let home = account.pointee.pw_dir else { return nil }
    return FilePath(platformString: home)
  }

  /// Each folder with the program that downloads to it.
  private static let cacheFolders: [(folder: String, program: String)] = [
    (".cache/org.swift.swiftpm", "swift"), (".cache/pip", "pip3"),
    (".npm/_cacache", "npm"),
    (".cargo/registry", "cargo"), (".cargo/git", "cargo"), ("go/pkg/mod", "go"), ("go/pkg/sumdb", "go"),
    (".cache/go-build", "go"), (".m2/repository", "mvn"), (".gradle/caches", "gradle"), (".nuget/packages", "dotnet"),
    (".bundle/cache", "bundle"),
  ]
}
