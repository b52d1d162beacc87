import ArgumentParser
import Foundation
import QuenchDiagnostics

/// `quench doctor`.
struct DoctorCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check the machine and the repository, and say what to do about what is missing.",
    discussion: "Exit status 0 when Quench can work here, 3 when something it needs is missing.")

  @OptionGroup var global: GlobalOptions

  func perform(_ console: Console) async throws -> ExitStatus {
    let checks = await Examination(options: global).run()
    let width = checks.map(\.name.count).max() ?? 0
    for check in checks {
      console.result("\(check.finding.mark(console.style)) \(check.name.padded(to: width))  \(check.detail.printable)")
      if let remedy = check.remedy { console.result("  \(String(repeating: " ", count: width))  next: \(remedy)") }
    }
    try console.document(
      Document(checks: checks))
    return checks.contains { $0.finding == .missing } ? .error : .passed
  }

  /// The wire form of what was found, `quench.doctor/v1`.
  private struct Document: Encodable {
    var schema = "quench.doctor/v1"
    var checks: [Check]
  }
}

/// One thing that was looked at.
struct Check: Sendable, Encodable {
  enum Finding: String, Sendable, Encodable {
    /// It is as it should be.
    case good
    /// Quench works without it, but less well.
    case weak
    /// Quench cannot work without it.
    case missing

    func mark(_ style: Style) -> String {
      switch self {
      case .good: style.green("✓")
      case .weak: style.yellow("–")
      case .missing: style.red("✗")
      }
    }
  }

  var name: String
  var finding: Finding
  var detail: String
  var remedy: String?
}
