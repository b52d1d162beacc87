import Foundation
import QuenchConfiguration
import QuenchLedger
import QuenchSuites

/// What the policy asks of one suite, and the runs of it that speak for a candidate.
struct SuiteRule {
  let name: String
  private let candidate: PromotionCandidate
  private let policy: GateConfiguration
  /// All that is known of the suite on the build, whoever says so; the newest first.
  private let known: [SuiteStanding]
  /// Those of it whose word counts.
  private let trusted: [SuiteStanding]
  /// Those of them that were of the tests in question.
  private let own: [SuiteStanding]
  /// Those of them that are of the suite as it is defined now.
  let valid: [SuiteStanding]

  init(name: String, candidate: PromotionCandidate, policy: GateConfiguration, runs: [SuiteStanding]) {
    self.name = name
    self.candidate = candidate
    self.policy = policy
    known = runs.filter { $0.name == name }
    trusted = known.filter { policy.trusts($0.signers, with: name) }
    let tree = candidate.independentSuites.contains(name) ? nil : candidate.tree
    own = trusted.filter { tree == nil || $0.tree == tree }
    let definition = candidate.definitions[name]
    valid = own.filter { definition == nil || $0.definition == definition }
  }

  private var verify: String { "quench verify \(candidate.revision.prefix(12))" }
  private var next: String { policy.signers.isEmpty ? "\(verify) --again" : "quench evidence fetch" }

  /// Whether the suite holds, and why.
  func reason(at now: Date) -> PromotionReason {
    func refusal(_ detail: String, next: String) -> PromotionReason {
      PromotionReason("suite-\(name)", ok: false, "suite \(name) \(detail)", next: next)
    }
    guard let newest = valid.first else {
      return refusal(absence, next: policy.signers.isEmpty ? verify : "quench evidence fetch")
    }
    guard newest.result == .passed else {
      let show = policy.signers.isEmpty ? next : "quench evidence show \(candidate.revision.prefix(12))"
      return refusal(newest.result == .failed ? "failed on this build" : "ended in an error on this build", next: show)
    }
    let passed = valid.filter { $0.result == .passed }.map(\.passedRuns).reduce(0, +)
    guard passed >= policy.minimumRuns else {
      return refusal("passed \(passed) times, and gate.minimum-runs is \(policy.minimumRuns)", next: next)
    }
    if let age = policy.maximumAge, now.timeIntervalSince(newest.started) > Double(age.components.seconds) {
      return refusal("passed longer ago than gate.max-age allows", next: next)
    }
    let signers = newest.signers.isEmpty ? "" : ", which \(newest.signers.joined(separator: " and ")) signed"
    return PromotionReason("suite-\(name)", ok: true, "suite \(name) passed on this build\(signers)")
  }

  /// Why there is nothing to go by.
  private var absence: String {
    if known.isEmpty { return policy.signers.isEmpty ? "never ran to its end on this build" : "has no signed verdict" }
    if trusted.isEmpty { return "is signed only by keys that gate.signers does not trust with it" }
    if own.isEmpty { return "ran on this build only with the tests of other revisions" }
    return "has changed since it ran on this build"
  }

  /// Whether the suite flakes more than the policy lets it; nil where it has no say in that.
  func flakes() -> PromotionReason? {
    guard let most = policy.maximumFlakeRate, !valid.isEmpty else { return nil }
    let runs = valid.map(\.runs).reduce(0, +), passed = valid.map(\.passedRuns).reduce(0, +)
    let rate = passed == 0 || runs == 0 ? 0 : Double(runs - passed) / Double(runs)
    let holds = rate <= most
    return PromotionReason(
      "max-flake-rate", ok: holds,
      "suite \(name) failed in \(runs - passed) of \(runs) runs of this build"
        + (holds ? "" : ", and gate.max-flake-rate is \(most)"),
      next: holds ? nil : "\(verify) --suite \(name) --repeat 20 shows which tests")
  }
}

extension GateConfiguration {
  /// Whether the word of these keys counts for a suite; without signers everybody's does.
  func trusts(_ keys: [String], with suite: String) -> Bool {
    signers.isEmpty || signers.contains { keys.contains($0.key) && $0.suites?.contains(suite) != false }
  }
}
