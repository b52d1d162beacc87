import Foundation
import PackagePlugin

/// `swift package quench …`: runs `quench` in the package's folder.
///
/// It runs the one that is installed. Only where there is none is Quench built, once, in the plugin's own folder: as a tool of the
/// plugin's SwiftPM would build it before each new version, whether it is needed or not.
@main struct QuenchPlugin: CommandPlugin {
  func performCommand(context: PluginContext, arguments: [String]) async throws {
    let quench = try installed() ?? built(context)
    let process = Process()
    process.executableURL = quench
    process.arguments = arguments
    process.currentDirectoryURL = context.package.directoryURL
    let status = try run(process)
    guard status == 0 else {
      throw QuenchFailure(
        "quench \(arguments.first ?? "") ended with status \(status), of which swift package makes 1; "
          + "run \(quench.path(percentEncoded: false)) itself where the status counts")
    }
  }

  /// The `quench` on `PATH`.
  private func installed() -> URL? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { URL(filePath: "\($0)/quench") }.first {
      FileManager.default.isExecutableFile(atPath: $0.path(percentEncoded: false))
    }
  }

  /// A `quench` of this package's version, built where no other build is in its way.
  private func built(_ context: PluginContext) throws -> URL {
    let scratch = context.pluginWorkDirectoryURL.appending(path: "build")
    let quench = scratch.appending(path: "release/quench")
    guard let package = package(in: context.package) else {
      throw QuenchFailure("the package quench is not among the dependencies of \(context.package.displayName)")
    }
    let isBuilt = FileManager.default.isExecutableFile(atPath: quench.path(percentEncoded: false))
    Diagnostics.remark(
      isBuilt
        ? "no quench is installed; the one in \(scratch.path(percentEncoded: false)) is used"
        : "no quench is installed; it is built once, which takes minutes. An installed one is used at once: see its README")
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "swift", "build", "--configuration", "release", "--product", "quench",
      "--package-path", package.directoryURL.path(percentEncoded: false),
      "--scratch-path", scratch.path(percentEncoded: false),
    ]
    guard try run(process) == 0 else { throw QuenchFailure("quench could not be built") }
    return quench
  }

  /// The package that this plugin is of.
  private func package(in root: Package) -> Package? {
    if root.id == "quench" { return root }
    return root.dependencies.lazy.compactMap { package(in: $0.package) }.first
  }

  /// Runs a process to its end; what it prints is the plugin's own output.
  private func run(_ process: Process) throws -> Int32 {
    try process.run()
    process.waitUntilExit()
    return process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
  }
}

/// What keeps the plugin from its work.
private struct QuenchFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
