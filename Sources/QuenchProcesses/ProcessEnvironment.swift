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

  /// The folders below `HOME` in which package managers keep what they downloaded.
  ///
  /// Builds may write there, so that they share one cache as they would without Quench. On a new machine the caches of
  /// the package managers that are installed are made first, for a confined build could not make them.
  /// They are looked for once in a process: every confined command asks for them.
  public static let packageCaches: [FilePath] = {
    let environment = ProcessInfo.processInfo.environment
    guard let home = environment["HOME"], !home.isEmpty else { return [] }
    let programs = (environment["PATH"] ?? "").split(separator: ":")
    return cacheFolders.map { folder, program in
      let path = FilePath(home).appending(folder)
      let isInstalled =
        program == nil || programs.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program ?? "")") }
      if isInstalled, !FileManager.default.fileExists(atPath: path.string) {
        // In a home that cannot be written there is no cache to share.
        try? FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: false)
      }
      return path
    }
  }()

  /// Each cache with the program that keeps it; `.cache` is anybody's.
  private static let cacheFolders: [(folder: String, program: String?)] = [
    (".cache", nil), (".swiftpm", "swift"), (".npm", "npm"), (".cargo", "cargo"), ("go", "go"), (".m2", "mvn"),
    (".gradle", "gradle"), (".nuget", "dotnet"), (".bundle", "bundle"),
  ]
}
