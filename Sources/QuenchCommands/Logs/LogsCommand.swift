import ArgumentParser
import Foundation
import QuenchDiagnostics
import QuenchLedger
import SystemPackage

/// `quench logs`.
struct LogsCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "logs",
    abstract: "Show what an instance printed.",
    discussion: """
      Without an instance it lists those that have a log, removed ones too, the one that printed last first. An \
      instance may be named by the beginning of its name.

      EXAMPLES
        quench logs                      which logs there are, newest first
        quench logs hot-1a2b3c4d -n 20   the last 20 lines
        quench logs hot-1a2b3c4d -f      and what follows, until it is removed
      """)

  static let onlyLooks = true

  @OptionGroup var global: GlobalOptions

  @Argument(help: "The instance; the list of all when left out.")
  var instance: String?

  @Flag(name: .shortAndLong, help: "Go on as the instance prints more, until it is removed.")
  var follow = false

  @Option(
    name: [.customShort("n"), .long], help: ArgumentHelp("How many of the last lines to show.", valueName: "count"))
  var lines = 100

  func validate() throws {
    if lines < 0 { throw ValidationError("--lines takes a number from 0 on.") }
    if follow, global.format == .json { throw ValidationError("What --follow shows has no end and is no document.") }
  }

  func perform(_ console: Console) async throws -> ExitStatus {
    let workspace = try await Workspace(global, console: console)
    let logs = InstanceLogs(state: workspace.state, origins: try await workspace.ledger.verifiedInstances()).all()
    guard let wanted = instance else {
      var table = Table("INSTANCE", "STATE", "LAST PRINTED", "SERVICE", "REVISION", "LOG")
      for log in logs {
        table.add(
          log.id, log.isLive ? "live" : "removed", log.written.formatted(Self.time), log.origin?.service ?? "-",
          log.origin.map { String($0.revision.prefix(7)) } ?? "-", log.path.string)
      }
      for line in table.lines(console.style) { console.result(line) }
      try console.document(LogsDocument(logs: logs.map { LogsDocument.Entry($0) }))
      return .passed
    }
    let log = try choose(wanted, among: logs)
    let reader = try LogReader(log.path)
    let text = try reader.last(lines)
    console.text(text.printable)
    if follow {
      try await self.follow(reader, of: log, console)
    } else if !text.isEmpty, !text.hasSuffix("\n") {
      console.text("\n")
    }
    try console.document(LogsDocument(logs: [LogsDocument.Entry(log, text: text)]))
    return .passed
  }

  /// `2026-03-01 14:05:09`, in the time zone of whoever reads it.
  private static let time = Date.VerbatimFormatStyle(
    format: """
      \(year: .padded(4))-\(month: .twoDigits)-\(day: .twoDigits) \
      \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\(second: .twoDigits)
      """, locale: Locale(identifier: "en_US_POSIX"), timeZone: .current, calendar: Calendar(identifier: .gregorian))
  /// How many names are shown of those that one could stand for.
  private static let mostChoices = 10

  private func choose(_ wanted: String, among logs: [InstanceLogs.Log]) throws -> InstanceLogs.Log {
    let matching = logs.first { $0.id == wanted }.map { [$0] } ?? logs.filter { $0.id.hasPrefix(wanted) }
    guard let log = matching.first, matching.count == 1 else {
      guard !matching.isEmpty else { throw UsageError("no instance \(wanted) has a log", remedy: "quench logs") }
      let rest = matching.count - Self.mostChoices
      throw UsageError(
        "\(wanted) could be any of \(matching.count), newest first:"
          + matching.prefix(Self.mostChoices).map { "\n  \($0.id)" }.joined()
          + (rest > 0 ? "\n  and \(rest) more" : ""), remedy: "quench logs")
    }
    return log
  }

  private func follow(_ reader: LogReader, of log: InstanceLogs.Log, _ console: Console) async throws {
    while true {
      // Asked before it is read, so that what a removed instance printed last is read as well.
      let isLive = log.isLive
      if let text = try reader.more() {
        console.text(text.printable)
      } else if !isLive {
        return
      } else {
        // A file tells nobody that it grew without a watch of its own, which not every file system has.
        try await Task.sleep(for: .milliseconds(200))
      }
    }
  }
}
