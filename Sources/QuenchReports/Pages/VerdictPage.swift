import Foundation
import QuenchDiagnostics
import QuenchEvidence
import QuenchSuites

/// The page about one verdict: what passed and failed, on which bytes, and who vouches for it.
public struct VerdictPage: Sendable {
  /// The commit that the page is about.
  public struct Commit: Sendable {
    /// Its object id.
    public var id: String
    /// The first line of its message.
    public var subject: String
    /// Who wrote it.
    public var author: String
    /// When it was committed.
    public var committed: Date

    /// Describes a commit.
    public init(id: String, subject: String, author: String, committed: Date) {
      (self.id, self.subject, self.author, self.committed) = (id, subject, author, committed)
    }
  }

  /// A commit near it, and how that stands.
  public struct Neighbour: Sendable {
    /// The commit.
    public var commit: Commit
    /// What it came to; nil when it was not verified.
    public var result: Outcome?

    /// Describes a commit near the page's.
    public init(_ commit: Commit, _ result: Outcome?) { (self.commit, self.result) = (commit, result) }
  }

  /// Something that somebody signed about the commit.
  public struct Testimony: Sendable {
    /// How it is shown.
    public var tone: Tone
    /// What it says.
    public var text: String
    /// Who says so.
    public var detail: String

    /// Describes a statement.
    public init(_ tone: Tone, _ text: String, _ detail: String) {
      (self.tone, self.text, self.detail) = (tone, text, detail)
    }
  }

  /// What something printed.
  public struct Log: Sendable {
    /// Its name.
    public var name: String
    /// Its end, where it is long.
    public var text: String
    /// How long the whole is, in bytes.
    public var size: Int

    /// Describes a log.
    public init(name: String, text: String, size: Int) { (self.name, self.text, self.size) = (name, text, size) }
  }

  /// What the page is about.
  public var commit: Commit
  /// The newest verdict on it.
  public var verdict: Verdict
  /// Earlier verdicts on the same files, the newest first.
  public var earlier: [Verdict] = []
  /// The commits round it, the newest first, itself included.
  public var history: [Neighbour] = []
  /// What is signed about it.
  public var evidence: [Testimony] = []
  /// What is kept of what was printed.
  public var logs: [Log] = []

  /// A page without what surrounds the verdict.
  public init(_ commit: Commit, _ verdict: Verdict) { (self.commit, self.verdict) = (commit, verdict) }

  /// How many tests of a suite are listed; those that did not pass are among them.
  static let mostTests = 2000

  /// The page.
  ///
  /// - Throws: `ReportError`.
  public func html(at time: Date = Date()) throws(ReportError) -> String {
    let title = "\(verdict.result.rawValue) \(commit.id.prefix(7)) \(commit.subject)"
    return try Page(Excerpt.line(title).cut(to: 120), VerdictBody(self), written: time).html(.verdict)
  }
}
