import Foundation
import GRDB

/// One run of a command in a checkout of a revision, as part of a search for what broke it.
public struct TrialRecord: Sendable, Hashable {
  /// What a run says of the revision.
  public enum Outcome: String, Sendable, Codable, CaseIterable {
    /// The command ended with 0.
    case passed
    /// It ended with a status that says that the revision is bad.
    case failed
    /// It ended with the status that says nothing about the revision.
    case untestable
  }

  /// What was asked: the same for the same command.
  public var question: String
  /// The object id of the revision.
  public var revision: String
  /// What came of it.
  public var outcome: Outcome
  /// When it was begun, to the millisecond.
  public var started: Date
  /// How long it took, in seconds.
  public var seconds: Double

  /// Describes a run.
  public init(question: String, revision: String, outcome: Outcome, started: Date, seconds: Double) {
    self.question = question
    self.revision = revision
    self.outcome = outcome
    self.started = started
    self.seconds = seconds
  }
}

extension Ledger {
  /// Writes down a run.
  public func record(_ trial: TrialRecord) async throws(LedgerError) {
    try await write("write down a run") { database in
      try database.execute(
        sql: "INSERT INTO trials (question, revision, outcome, started, seconds) VALUES (?, ?, ?, ?, ?)",
        arguments: [
          trial.question, trial.revision, trial.outcome.rawValue, Timestamp(trial.started), trial.seconds,
        ])
    }
  }

  /// Forgets the runs that were begun before a time.
  public func removeTrials(before time: Date) async throws(LedgerError) {
    try await write("forget earlier runs") { database in
      try database.execute(sql: "DELETE FROM trials WHERE started < ?", arguments: [Timestamp(time)])
    }
  }

  /// All runs there were for a question, oldest first.
  public func trials(of question: String) async throws(LedgerError) -> [TrialRecord] {
    try await read("read earlier runs") { database in
      try Row.fetchAll(database, sql: "SELECT * FROM trials WHERE question = ? ORDER BY id", arguments: [question]).map
      {
        TrialRecord(
          question: $0["question"], revision: $0["revision"], outcome: try $0.word("outcome"),
          started: try $0.date("started"), seconds: $0["seconds"])
      }
    }
  }
}
