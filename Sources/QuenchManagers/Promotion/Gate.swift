import Foundation
import QuenchConfiguration
import QuenchLedger
import QuenchSuites

/// Decides whether a build may be promoted.
public protocol Gate: Sendable {
  /// What the gate looked at, each with whether it holds; a build passes when all do.
  ///
  /// - Parameters:
  ///   - candidate: what is to be promoted.
  ///   - policy: the `gate` section of the host that decides.
  func decide(_ candidate: PromotionCandidate, policy: GateConfiguration) async throws -> [PromotionReason]
}

/// A gate that goes by the verdicts of this host's own ledger.
///
/// What it cannot know, such as who signed something, does not hold for it.
public struct LedgerGate: Gate {
  let ledger: Ledger
  let now: @Sendable () -> Date

  /// Makes a gate.
  public init(ledger: Ledger, now: @escaping @Sendable () -> Date = { Date() }) {
    self.ledger = ledger
    self.now = now
  }

  /// Looks for a passing run of each suite, as it is defined now, against the very bytes that are to be promoted.
  ///
  /// Where the tests are the revision's own, only what they came to on a revision with the same tree counts: another one
  /// may have other tests and yet the same bytes.
  public func decide(_ candidate: PromotionCandidate, policy: GateConfiguration) async throws -> [PromotionReason] {
    let verify = "quench verify \(candidate.revision.prefix(12))"
    guard let digest = candidate.digest else {
      return [
        PromotionReason("verdict", ok: false, "\(candidate.revision.prefix(12)) has no passing verdict", next: verify)
      ]
    }
    let standings = try await ledger.standings(service: candidate.service, digest: digest)
    let wanted = policy.suites ?? candidate.definitions.keys.sorted()
    guard !wanted.isEmpty else {
      return [
        PromotionReason(
          "suites", ok: false, "quench.yml has no suite, so nothing can have passed", next: "quench init")
      ]
    }
    return wanted.map { suite in
      reason(
        for: suite,
        runs: standings.filter { $0.name == suite },
        tree: candidate.independentSuites.contains(suite) ? nil : candidate.tree,
        definition: candidate.definitions[suite], policy, verify)
    } + others(candidate, policy)
  }

  private func reason(
    for suite: String, runs: [SuiteStanding], tree: String?, definition: String?, _ policy: GateConfiguration,
    _ verify: String
  ) -> PromotionReason {
    let rule = "suite-\(suite)"
    let own = runs.filter { tree == nil || $0.tree == tree }
    let valid = own.filter { definition == nil || $0.definition == definition }
    guard let newest = valid.first else {
      let why =
        if runs.isEmpty {
          "never ran to its end on this build"
        } else if own.isEmpty {
          "ran on this build only with the tests of other revisions"
        } else {
          "has changed since it ran on this build"
        }
      return PromotionReason(rule, ok: false, "suite \(suite) \(why)", next: verify)
    }
    guard newest.result == .passed else {
      return PromotionReason(rule, ok: false, "suite \(suite) failed on this build", next: "\(verify) --again")
    }
    let passed = valid.count { $0.result == .passed }
    guard passed >= policy.minimumRuns else {
      return PromotionReason(
        rule, ok: false, "suite \(suite) passed \(passed) times, and gate.minimum-runs is \(policy.minimumRuns)",
        next: "\(verify) --again")
    }
    if let age = policy.maximumAge, now().timeIntervalSince(newest.started) > Double(age.components.seconds) {
      return PromotionReason(
        rule, ok: false, "suite \(suite) passed longer ago than gate.max-age allows", next: "\(verify) --again")
    }
    return PromotionReason(rule, ok: true, "suite \(suite) passed on this build")
  }

  /// The parts of the policy that are not about suites.
  private func others(_ candidate: PromotionCandidate, _ policy: GateConfiguration) -> [PromotionReason] {
    var reasons: [PromotionReason] = []
    let name = candidate.revision.prefix(12)
    if let branch = policy.branch {
      let holds = candidate.isOnBranch == true
      reasons.append(
        PromotionReason(
          "branch", ok: holds, "\(name) is \(holds ? "" : "not ")on \(branch)", next: holds ? nil : "git log \(branch)")
      )
    }
    if policy.fastForward, let descends = candidate.descendsFromLive {
      reasons.append(
        PromotionReason(
          "fast-forward", ok: descends, "\(name) \(descends ? "descends" : "does not descend") from what is live",
          next: descends ? nil : "git rebase"))
    }
    let unknown = [
      ("signers", !policy.signers.isEmpty), ("approvals", policy.approvals != nil),
      ("build-mode", policy.buildMode != nil), ("max-flake-rate", policy.maximumFlakeRate != nil),
    ]
    for (key, isWanted) in unknown where isWanted {
      reasons.append(
        PromotionReason(
          key, ok: false, "gate.\(key) asks for evidence that verdicts of this host alone are not",
          next: "take gate.\(key) out of quench.yml"))
    }
    return reasons
  }
}

extension Configuration {
  /// The suites that a build has to pass: those that the gate names, else all.
  var gateSuites: [String] { gate.suites ?? suites.map(\.name) }
}
