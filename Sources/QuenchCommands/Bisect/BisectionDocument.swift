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
    var result: String
    var notices: [String]
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

  enum CodingKeys: String, CodingKey {
    case schema, found, culprits, candidates, runs, builds, confirmations, skipped, flake, assumption, resumed, tests
    case elapsedSeconds = "elapsed_seconds"
  }
}
