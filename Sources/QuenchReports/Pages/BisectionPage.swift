import Foundation
import QuenchDiagnostics

/// The page about one search: the culprits, the commits that were searched, and how likely each was to blame, run by run.
public struct BisectionPage: Sendable {
  /// What runs showed of a commit.
  public enum State: String, Sendable {
    /// All passed.
    case passed
    /// Something failed.
    case failed
    /// It could not be tested.
    case untestable
    /// It was not run.
    case unknown

    var tone: Tone {
      switch self {
      case .passed: .good
      case .failed: .bad
      case .untestable: .doubt
      case .unknown: .idle
      }
    }

    /// The word as people read it.
    public var word: String { self == .untestable ? "cannot be tested" : self == .unknown ? "not run" : rawValue }
  }

  /// A commit of the search.
  public struct Commit: Sendable {
    /// Its object id.
    public var id: String
    /// The first line of its message.
    public var subject: String
    /// The ids of its parents, as far as they are on the page.
    public var parents: [String]
    /// What runs showed of it.
    public var state: State
    /// How likely it is to blame for what it is likeliest to have broken.
    public var probability: Double

    /// Describes a commit.
    public init(id: String, subject: String, parents: [String], state: State, probability: Double) {
      self.id = id
      self.subject = subject
      self.parents = parents
      self.state = state
      self.probability = probability
    }
  }

  /// A commit that broke something.
  public struct Culprit: Sendable {
    /// The commit.
    public var commit: VerdictPage.Commit
    /// What it broke.
    public var tests: [String]
    /// What speaks for it, by the name of each.
    public var facts: [(name: String, value: String)]
    /// What it changed: each path with the lines added and removed; nil for what has no lines.
    public var changes: [(path: String, added: Int?, removed: Int?)]

    /// Describes a culprit.
    public init(
      commit: VerdictPage.Commit, tests: [String], facts: [(name: String, value: String)],
      changes: [(path: String, added: Int?, removed: Int?)]
    ) {
      (self.commit, self.tests, self.facts, self.changes) = (commit, tests, facts, changes)
    }
  }

  /// A run, and what was known after it.
  public struct Run: Sendable {
    /// The commit that was run.
    public var revision: String
    /// The first line of its message.
    public var subject: String
    /// What it showed.
    public var state: State
    /// The same in words, where they say more.
    public var result: String
    /// How many commits could still be to blame then; nil before the ends are known.
    public var left: Int?
    /// How likely commits were to blame then, from the oldest to the newest, neighbours taken together where there are many;
    /// nil before the ends are known.
    public var belief: [Double]?

    /// Describes a run.
    public init(revision: String, subject: String, state: State, result: String, left: Int?, belief: [Double]?) {
      self.revision = revision
      self.subject = subject
      self.state = state
      self.result = result
      self.left = left
      self.belief = belief
    }
  }

  /// Of how many runs, the last of a search, what was known after them is shown.
  public static let mostBeliefs = 80

  /// What was searched for, and between which ends.
  public var question: String
  /// What the search came to.
  public var tone: Tone
  /// The same as a word.
  public var result: String
  /// What it took, in words.
  public var effort: String
  /// The commits that broke something.
  public var culprits: [Culprit]
  /// What else is known, as why there is no culprit.
  public var endings: [String]
  /// The commits, the newest first.
  public var commits: [Commit]
  /// How many commits of the search are left out.
  public var leftOut: Int
  /// The runs, in their order.
  public var runs: [Run]

  /// Describes a search.
  public init(
    question: String, tone: Tone, result: String, effort: String, culprits: [Culprit], endings: [String],
    commits: [Commit], leftOut: Int, runs: [Run]
  ) {
    self.question = question
    self.tone = tone
    self.result = result
    self.effort = effort
    self.culprits = culprits
    self.endings = endings
    self.commits = commits
    self.leftOut = leftOut
    self.runs = runs
  }

  /// The page.
  ///
  /// - Throws: `ReportError`.
  public func html(at time: Date = Date()) throws(ReportError) -> String {
    let body = BisectionBody(self)
    return try Page("bisect: \(body.headline)".cut(to: 120), body, written: time).html(.bisection)
  }
}
