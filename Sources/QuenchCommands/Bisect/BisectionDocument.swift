import QuenchBisect

/// What a search came to, as `quench.bisection/v1`.
struct BisectionDocument: Encodable {
  struct Culprit: Encodable {
    var revision: String
    var subject: String
    var author: String
    var confidence: Double
    var tests: [String]
    /// Whether reruns of it and its parents agreed; nil when there were none.
    var confirmed: Bool?
    /// Whether the bad end passes without it; nil when that was not tried, or does not apply cleanly.
    var revertPasses: Bool?

    enum CodingKeys: String, CodingKey {
      case revision, subject, author, confidence, tests, confirmed
      case revertPasses = "revert_passes"
    }
  }

  struct Candidate: Encodable {
    var revision: String
    var probability: Double
  }

  struct Flake: Encodable {
    var falseFail: Double
    var falsePass: Double

    enum CodingKeys: String, CodingKey {
      case falseFail = "false_fail"
      case falsePass = "false_pass"
    }
  }

  /// What is said of one test.
  struct Test: Encodable {
    var id: String
    var assumption: String
    /// Where its search has come to: `found`, `open`, `untestable-left`, `passes-at-bad`, `fails-at-good`,
    /// `fails-at-merge-base`, `unchanged` or `untestable-end`.
    var status: String
    /// The same in words.
    var result: String
    var notices: [String]
  }

  /// What was searched between.
  struct Ends: Encodable {
    var bad: String
    var good: [String]
  }

  /// What one run of a revision showed of the tests that are searched for.
  struct Trial: Encodable {
    var revision: String
    /// Whether it could not be built or started.
    var untestable: Bool
    var passed: [String]
    var failed: [String]
  }

  var schema = "quench.bisection/v1"
  var found: Bool
  var culprits: [Culprit]
  var candidates: [Candidate]
  var runs: Int
  var builds: Int
  var confirmations: Int
  var skipped: [String]
  var flake: Flake
  var assumption: String
  var elapsedSeconds: Double
  var resumed: Bool
  var tests: [Test]
  var ends: Ends
  /// All runs, those of earlier searches included, in the order in which they were taken.
  var trials: [Trial]

  enum CodingKeys: String, CodingKey {
    case schema, found, culprits, candidates, runs, builds, confirmations, skipped, flake, assumption, resumed, tests,
      ends, trials
    case elapsedSeconds = "elapsed_seconds"
  }
}
