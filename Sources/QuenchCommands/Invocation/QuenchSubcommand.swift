import ArgumentParser
import Foundation
import QuenchDiagnostics
import QuenchEvidence

/// A subcommand of `quench`: its work ends with an exit status, or with an error that becomes one.
protocol QuenchSubcommand: AsyncParsableCommand, Sendable {
  /// The options all commands share.
  var global: GlobalOptions { get }

  /// Does the work.
  func perform(_ console: Console) async throws -> ExitStatus
}

extension QuenchSubcommand {
  /// Runs the command to its end and leaves with its status.
  func run() async throws {
    let console = global.console
    let (result, interrupted) = await Interruption.watch { try await self.perform(console) }
    console.live("")
    switch result {
    case .success(let status) where !interrupted:
      throw ArgumentParser.ExitCode(status.rawValue)
    case .success, .failure(is CancellationError):
      console.complaint("interrupted; everything that was started has been stopped")
      throw ArgumentParser.ExitCode(ExitStatus.interrupted.rawValue)
    case .failure(let error):
      throw ArgumentParser.ExitCode(console.report(error, interrupted: interrupted).rawValue)
    }
  }
}

extension Console {
  /// Says what went wrong: as text on standard error always, and as a document where the result is one.
  func report(_ error: any Error, interrupted: Bool) -> ExitStatus {
    let lines = DiagnosticText.lines(of: error)
    for (index, line) in lines.enumerated() {
      if index == 0 {
        complaint(errorStyle.red("error: ") + line.printable)
      } else {
        complaint(line.printable)
      }
    }
    let diagnostic = error as? any Diagnostic
    let status = interrupted ? .interrupted : diagnostic?.exitStatus ?? .error
    document((try? ErrorDocument(error).encoded(indented: true)) ?? Data())
    return status
  }
}
