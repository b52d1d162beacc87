import Foundation
import QuenchLedger
import SystemPackage

/// The wire form of logs, `quench.logs/v1`: which there are, and the end of the one that was asked for.
struct LogsDocument: Encodable {
  struct Entry: Encodable {
    var instance: String
    var state: String
    var path: String
    var written: Date
    var service: String?
    var revision: String?
    var lines: [String]?

    init(_ log: InstanceLogs.Log, text: String? = nil) {
      instance = log.id
      state = log.isLive ? "live" : "removed"
      path = log.path.string
      written = log.written
      service = log.origin?.service
      revision = log.origin?.revision
      lines = text.map { text in
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return lines.last == "" ? lines.dropLast() : lines
      }
    }
  }

  var schema = "quench.logs/v1"
  var logs: [Entry]
}
