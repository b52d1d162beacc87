import Foundation
import SystemPackage

/// The executable under test, and what comes with it.
enum Product {
  /// `QUENCH_EXECUTABLE`, else the `quench` built beside the tests.
  static let executable: FilePath = {
    if let named = ProcessInfo.processInfo.environment["QUENCH_EXECUTABLE"] { return FilePath(named) }
    let tests = Bundle.main.executablePath ?? CommandLine.arguments[0]
    return FilePath(tests).removingLastComponent().appending("quench")
  }()

  /// The package's `fixtures` folder.
  static let fixtures = FilePath(#filePath)
    .removingLastComponent().removingLastComponent().removingLastComponent().removingLastComponent()
    .appending("fixtures")

  /// Where programs are looked for: the system's folders, and Swift's.
  ///
  /// Version managers' shims in front of Python cost more time than the services under test.
  static let searchPath: String = {
    let inherited = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let system = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]
    guard access("/usr/bin/python3", X_OK) == 0 else { return inherited }
    let swift = inherited.split(separator: ":").map(String.init).first { access("\($0)/swift", X_OK) == 0 }
    return (system + [swift].compactMap(\.self)).joined(separator: ":")
  }()

  /// Whether there is a program of this name.
  static func has(_ program: String) -> Bool {
    searchPath.split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
  }
}
