import Foundation
import Subprocess
import SystemPackage
import Testing

/// A command to run, with all its surroundings.
struct Command: Sendable {
  var executable: Executable
  var arguments: [String]
  var environment: [String: String]
  var folder: FilePath
  /// A command that takes longer is killed, and that is an issue of the test.
  var deadline: Duration = .seconds(120)

  /// Runs the command to its end, and meanwhile the body.
  func run(
    sourceLocation: SourceLocation = #_sourceLocation,
    while body: @escaping @Sendable (RunningCommand) async throws -> Void = { _ in }
  ) async throws -> Outcome {
    let transcript = Transcript()
    var options = PlatformOptions()
    // A process group of its own, as a shell with job control makes one: Ctrl-C goes to the group.
    options.processGroupID = 0
    let custom = Dictionary(
      uniqueKeysWithValues: environment.compactMap { name, value in
        Subprocess.Environment.Key(rawValue: name).map { ($0, value) }
      })
    let result = try await Subprocess.run(
      executable, arguments: Arguments(arguments), environment: .custom(custom), workingDirectory: folder,
      platformOptions: options, input: .none, output: .sequence, error: .sequence
    ) { execution in
      let running = RunningCommand(pid: execution.processIdentifier.value, transcript: transcript)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await copy(execution.standardOutput, to: .stdout, of: transcript) }
        group.addTask { try await copy(execution.standardError, to: .stderr, of: transcript) }
        group.addTask { try await body(running) }
        let watch = Task {
          try await Task.sleep(for: deadline)
          Issue.record("\(arguments) did not end within \(deadline)", sourceLocation: sourceLocation)
          running.send(SIGKILL, toGroup: true)
        }
        defer { watch.cancel() }
        try await group.waitForAll()
      }
    }
    let status: Int32 =
      switch result.terminationStatus {
      case .exited(let code): code
      case .signaled(let signal): 128 + signal
      }
    return Outcome(
      status: status, stdout: await transcript.text(of: .stdout), stderr: await transcript.text(of: .stderr))
  }
}

private func copy(
  _ output: SubprocessOutputSequence, to stream: Transcript.Stream, of transcript: Transcript
) async throws {
  for try await chunk in output {
    await transcript.append(chunk.withUnsafeBytes { Array($0) }, to: stream)
  }
  await transcript.close(stream)
}
