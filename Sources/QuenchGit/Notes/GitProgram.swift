import Foundation
import Subprocess

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// The user's own git, for what goes over a network.
///
/// It alone knows the user's ssh, agents, credential helpers, proxies and certificates; libgit2 would have to be taught
/// each, and lacks some. Local paths go through it as well, so that there is one way, and what holds for one remote
/// holds for all. It runs no hook and starts nothing that stays: no maintenance, no monitor.
struct GitProgram {
  /// What a run of git came to.
  struct Outcome {
    let isSuccess: Bool
    let output: String
    /// What it complained of, without passwords.
    let complaint: String
  }

  let gitDirectory: FilePath
  let folder: FilePath

  /// Runs git.
  ///
  /// - Throws: `GitError` with `gitUnavailable` when there is no git; `CancellationError`.
  func run(_ arguments: [String]) async throws -> Outcome {
    var options = PlatformOptions()
    options.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: .seconds(2))]
    let all = ["--git-dir=\(gitDirectory)"] + Self.settings.flatMap { ["-c", $0] } + arguments
    do {
      return try await withThrowingTaskGroup(of: Outcome?.self) { [options] group in
        group.addTask {
          let result = try await Subprocess.run(
            .name("git"), arguments: Arguments(all), environment: .custom(Self.environment), workingDirectory: folder,
            platformOptions: options, output: .string(limit: Self.mostOutput), error: .string(limit: Self.mostOutput))
          return Outcome(
            isSuccess: result.terminationStatus.isSuccess, output: result.standardOutput,
            complaint: result.standardError.withoutPasswords)
        }
        group.addTask {
          try await Task.sleep(for: Self.timeout)
          return nil
        }
        defer { group.cancelAll() }
        if let outcome = try await group.next() ?? nil { return outcome }
        return Outcome(isSuccess: false, output: "", complaint: "no answer within \(Self.timeout)")
      }
    } catch let error as SubprocessError {
      try Task.checkCancellation()
      throw GitError(
        .gitUnavailable, "cannot run git, which carries notes to other repositories",
        remedy: "install git, or put it on PATH", cause: error)
    }
  }

  private static let timeout: Duration = .seconds(120)
  private static let mostOutput = 1 << 20

  private static let settings = [
    "core.hooksPath=/dev/null", "core.fsmonitor=false", "gc.auto=0", "maintenance.auto=false", "fetch.prune=false",
    "fetch.writeCommitGraph=false", "push.followTags=false", "push.gpgSign=false", "push.recurseSubmodules=no",
  ]

  /// The user's environment, without what would point git elsewhere and without anything of Quench's own, such as the
  /// signing key.
  ///
  /// In a job without a terminal git is not to ask for a password.
  private static var environment: [Subprocess.Environment.Key: String] {
    let elsewhere: Set = [
      "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
      "GIT_NAMESPACE", "GIT_COMMON_DIR", "GIT_QUARANTINE_PATH", "GIT_PREFIX",
    ]
    var environment: [Subprocess.Environment.Key: String] = [:]
    for (name, value) in ProcessInfo.processInfo.environment
    where !elsewhere.contains(name) && !name.hasPrefix("QUENCH_") {
      if let key = Subprocess.Environment.Key(rawValue: name) { environment[key] = value }
    }
    if isatty(STDIN_FILENO) == 0 { environment["GIT_TERMINAL_PROMPT"] = "0" }
    return environment
  }
}

extension String {
  /// The text with the user and password taken out of each URL in it.
  var withoutPasswords: String { replacing(#/://[^/@\s]*@/#, with: "://***@") }
}
