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

  /// The folders in which package managers keep what they downloaded, as far as they exist.
  ///
  /// Builds may write there, so that they share one cache as they would without Quench.
  public static var packageCaches: [FilePath] {
    guard let home = ProcessInfo.processInfo.environment["HOME"], !home.isEmpty else { return [] }
    let names = [".cache", ".swiftpm", ".npm", ".cargo", "go", ".m2", ".gradle", ".nuget", ".bundle"]
    return names.map { FilePath(home).appending($0) }
  }
}
