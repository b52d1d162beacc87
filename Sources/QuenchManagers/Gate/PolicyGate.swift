import Foundation
import QuenchConfiguration
import QuenchLedger
import QuenchSuites

/// A gate that goes by the policy of this host's `quench.yml`.
///
/// Where the policy names signers, only what they have signed counts; else this host's own verdicts do.
public struct PolicyGate: Gate {
  let ledger: Ledger
  let now: @Sendable () -> Date
  let calendar: Calendar

  /// Makes a gate.
  ///
  /// - Parameter calendar: what freeze windows are reckoned in; that of the machine's time zone unless given.
  public init(ledger: Ledger, calendar: Calendar? = nil, now: @escaping @Sendable () -> Date = { Date() }) {
    self.ledger = ledger
    self.now = now
    self.calendar = calendar ?? Calendar(identifier: .gregorian)
  }

  /// Looks for a passing run of each suite, as it is defined now, against the very bytes that are to be promoted, then
  /// at the rest of the policy.
  ///
  /// Where the tests are the revision's own, only what they came to on a revision with the same tree counts: another one
  /// may have other tests and yet the same bytes.
  public func decide(_ candidate: PromotionCandidate) async throws -> [PromotionReason] {
    let policy = candidate.policy
    guard let digest = candidate.digest else { return [Self.unverified(candidate, policy)] }
    let standings =
      policy.signers.isEmpty
      ? try await ledger.standings(service: candidate.service, digest: digest)
      : (candidate.evidence[digest] ?? []).sorted {
        // Of what was run in the same second the worse counts as the newer.
        ($1.started, $0.result == .passed ? 1 : 0) < ($0.started, $1.result == .passed ? 1 : 0)
      }
    let wanted = policy.suites ?? candidate.definitions.keys.sorted()
    guard !wanted.isEmpty else {
      return [
        PromotionReason(
          "suites", ok: false, "quench.yml has no suite, so nothing can have passed", next: "quench init")
      ]
    }
    let suites = wanted.map { SuiteRule(name: $0, candidate: candidate, policy: policy, runs: standings) }
    return suites.map { $0.reason(at: now()) } + suites.compactMap { $0.flakes() }
      + buildMode(suites, policy, candidate) + lineage(candidate, policy) + agreement(candidate, policy)
      + freezes(policy, candidate)
  }

  private static func unverified(_ candidate: PromotionCandidate, _ policy: GateConfiguration) -> PromotionReason {
    let name = candidate.revision.prefix(12)
    return policy.signers.isEmpty
      ? PromotionReason("verdict", ok: false, "\(name) has no passing verdict", next: "quench verify \(name)")
      : PromotionReason(
        "verdict", ok: false, "no key of gate.signers has signed a verdict on \(name)", next: "quench evidence fetch")
  }

  private func buildMode(
    _ suites: [SuiteRule], _ policy: GateConfiguration, _ candidate: PromotionCandidate
  ) -> [PromotionReason] {
    guard let wanted = policy.buildMode else { return [] }
    let modes = Set(suites.flatMap(\.valid).compactMap(\.buildMode)), holds = modes.contains(wanted.rawValue)
    return [
      PromotionReason(
        "build-mode", ok: holds,
        holds ? "the build was made \(wanted.rawValue)" : "the build was not made \(wanted.rawValue)",
        next: holds
          ? nil
          : "set service.build-mode to \(wanted.rawValue), then: quench verify \(candidate.revision.prefix(12)) --again"
      )
    ]
  }

  /// Where the revision stands in the history.
  private func lineage(_ candidate: PromotionCandidate, _ policy: GateConfiguration) -> [PromotionReason] {
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
    return reasons
  }

  /// Who else has agreed.
  private func agreement(_ candidate: PromotionCandidate, _ policy: GateConfiguration) -> [PromotionReason] {
    guard let rule = policy.approvals else { return [] }
    let counting = candidate.approvals.filter { rule.allowsSelf || !$0.isSelf(of: candidate.promoter) }
    let keys = Set(counting.map(\.key)), left = Set(candidate.approvals.map(\.key)).subtracting(keys)
    let holds = keys.count >= rule.required
    let names = Set(counting.map(\.approver)).sorted().joined(separator: ", ")
    var detail = "\(keys.count) of \(rule.required) approvals" + (names.isEmpty ? "" : ": \(names)")
    let own = Set(candidate.approvals.filter { left.contains($0.key) }.map(\.approver)).sorted()
    if !holds, !own.isEmpty {
      detail +=
        "; that of \(own.joined(separator: ", ")), who wrote or promotes it, does not count (gate.approvals.self)"
    }
    return [
      PromotionReason(
        "approvals", ok: holds, detail,
        next: holds ? nil : "QUENCH_SIGNING_KEY=FILE quench approve \(candidate.revision.prefix(12))")
    ]
  }

  /// Times at which nothing is promoted.
  private func freezes(_ policy: GateConfiguration, _ candidate: PromotionCandidate) -> [PromotionReason] {
    guard !policy.freezes.isEmpty else { return [] }
    let time = now()
    guard let window = policy.freezes.first(where: { $0.holds(at: time, in: calendar) }) else {
      return [PromotionReason("freeze-window", ok: true, "it is outside of gate.freeze")]
    }
    return [
      PromotionReason(
        "freeze-window", ok: false,
        "nothing is promoted \(window) (\(calendar.timeZone.identifier))" + (window.reason.map { ": \($0)" } ?? ""),
        next: "quench promote \(candidate.revision.prefix(12)) after that")
    ]
  }
}
