import ArgumentParser
import Foundation
import QuenchDiagnostics
import QuenchEvidence

/// A subcommand of `quench`: its work ends with an exit status, or with an error that becomes one.
protocol QuenchSubcommand: AsyncParsableCommand, Sendable {
  /// The options all commands share.
  var global: GlobalOptions { get }
  /// Whether it only looks, so that there is nothing to stop when a signal ends it.
  static var onlyLooks: Bool { get }

  /// Does the work.
  func perform(_ console: Console) async throws -> ExitStatus
}

extension QuenchSubcommand {
  static var onlyLooks: Bool { false }

  /// Runs the command to its end and leaves with its status.
  func run() async throws {
    let console = global.console
    let (result, interrupted) = await Interruption.watch { try await self.perform(console) }
    console.live("")
    switch result {
    case .success(let status):
      // What was done when the signal came stays done.
      guard let failure = console.outputFailure else { throw ArgumentParser.ExitCode(status.rawValue) }
      console.complaint(about: failure)
      throw ArgumentParser.ExitCode((status == .passed ? failure.exitStatus : status).rawValue)
    case .failure(let error as InterruptionError):
      throw ArgumentParser.ExitCode(console.report(error).rawValue)
    case .failure(let error) where interrupted || error is CancellationError:
      let cause = error is CancellationError ? nil : error
      throw ArgumentParser.ExitCode(console.report(InterruptionError(stopped: !Self.onlyLooks, cause: cause)).rawValue)
    case .failure(let error):
      throw ArgumentParser.ExitCode(console.report(error).rawValue)
    }
  }
}

extension Console {
  /// Says what went wrong: as text on standard error always, and as a document where the result is one.
  func report(_ error: any Error) -> ExitStatus {
    complaint(about: error)
    do { try document(ErrorDocument(error)) } catch { complaint(about: error) }
    return (error as? any Diagnostic)?.exitStatus ?? .error
  }
}
