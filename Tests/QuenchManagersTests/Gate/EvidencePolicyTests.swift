import Foundation
import QuenchConfiguration
import QuenchLedger
import QuenchSuites
import Testing

@testable import QuenchManagers

@Suite("What a policy asks of evidence")
struct EvidencePolicyTests {
  private static let digest = String(repeating: "f", count: 64)
  private static let now = Date(timeIntervalSince1970: 1_790_000_000)

  /// What `api` came to, as keys have signed it.
  private func run(
    _ name: String = "api", _ result: Outcome = .passed, runs: Int = 1, passed: Int? = nil, daysAgo: Double = 0,
    definition: String = "d", tree: String = "tree", mode: String? = "incremental", signers: [String] = ["ci.pub"]
  ) -> SuiteStanding {
    SuiteStanding(
      name: name, definition: definition, result: result, started: Self.now.addingTimeInterval(-daysAgo * 86400),
      tree: tree, runs: runs, passedRuns: passed ?? (result == .passed ? runs : 0), buildMode: mode, signers: signers)
  }

  /// The rules that do not hold, and those that do.
  private func decide(
    _ policy: GateConfiguration, _ runs: [SuiteStanding], approvals: [Approval] = [], promoter: String = "zoe",
    definitions: [String: String] = ["api": "d"]
  ) async throws -> (refused: [String], held: [String], reasons: [PromotionReason]) {
    let scratch = try LedgerScratch()
    let gate = PolicyGate(ledger: try await Ledger(scratch.state), calendar: Self.calendar) { Self.now }
    let candidate = PromotionCandidate(
      service: "rig", revision: "revision", tree: "tree", digest: Self.digest, definitions: definitions,
      evidence: [Self.digest: runs], approvals: approvals, policy: policy, promoter: promoter)
    let reasons = try await gate.decide(candidate)
    #expect(reasons.allSatisfy { $0.ok == ($0.next == nil) && !$0.detail.isEmpty }, "\(reasons)")
    return (reasons.filter { !$0.ok }.map(\.rule), reasons.filter(\.ok).map(\.rule), reasons)
  }

  /// `now` is Monday, 2026-09-21 14:13:20.
  private static var calendar: Calendar {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    return calendar
  }

  private static let signed = GateConfiguration(signers: [.init(key: "ci.pub")])

  @Test("What a trusted key signed counts, and nothing else")
  func signers() async throws {
    #expect(try await decide(Self.signed, [run()]).refused.isEmpty)
    #expect(try await decide(Self.signed, [run(signers: ["other.pub"])]).refused == ["suite-api"])
    #expect(try await decide(Self.signed, []).refused == ["suite-api"])
    #expect(try await decide(Self.signed, [run(tree: "another")]).refused == ["suite-api"])
    let stale = try await decide(Self.signed, [run(definition: "before")])
    #expect(stale.refused == ["suite-api"] && stale.reasons[0].detail.contains("has changed"))
  }

  @Test("A newer failure counts more than an older pass")
  func newest() async throws {
    #expect(try await decide(Self.signed, [run(daysAgo: 1), run("api", .failed)]).refused == ["suite-api"])
    #expect(try await decide(Self.signed, [run(), run("api", .failed, daysAgo: 1)]).refused.isEmpty)
  }

  @Test("A key may sign for some suites only")
  func signersBySuite() async throws {
    let policy = GateConfiguration(signers: [
      .init(key: "ci.pub", suites: ["unit"]), .init(key: "qa.pub", suites: ["api"]),
    ])
    let definitions = ["api": "d", "unit": "d"]
    let right = [run("unit"), run("api", signers: ["qa.pub"])]
    #expect(try await decide(policy, right, definitions: definitions).refused.isEmpty)
    let wrong = [run("unit"), run("api", signers: ["ci.pub"])]
    let decision = try await decide(policy, wrong, definitions: definitions)
    #expect(decision.refused == ["suite-api"] && decision.held == ["suite-unit"])
  }

  @Test("Runs, their age and how they flake have bounds")
  func bounds() async throws {
    var policy = Self.signed
    policy.minimumRuns = 3
    #expect(try await decide(policy, [run(runs: 2)]).refused == ["suite-api"])
    #expect(try await decide(policy, [run(runs: 2), run(daysAgo: 1)]).refused.isEmpty)
    policy = Self.signed
    policy.maximumAge = .seconds(7 * 86400)
    #expect(try await decide(policy, [run(daysAgo: 6.9)]).refused.isEmpty)
    #expect(try await decide(policy, [run(daysAgo: 7.1)]).refused == ["suite-api"])
    policy = Self.signed
    policy.maximumFlakeRate = 0.1
    let flaky = [run(), run("api", .failed, runs: 10, passed: 8, daysAgo: 1)]
    #expect(try await decide(policy, flaky).refused == ["max-flake-rate"])
    policy.maximumFlakeRate = 0.2
    #expect(try await decide(policy, flaky).refused.isEmpty)
  }

  @Test("How the build was made")
  func buildMode() async throws {
    var policy = Self.signed
    policy.buildMode = .clean
    #expect(try await decide(policy, [run()]).refused == ["build-mode"])
    #expect(try await decide(policy, [run(), run(daysAgo: 1, mode: "clean")]).refused.isEmpty)
    #expect(try await decide(policy, [run(mode: nil)]).refused == ["build-mode"])
  }

  @Test("So many others have to agree, each by a key of its own")
  func approvals() async throws {
    var policy = Self.signed
    policy.approvals = .init(required: 2, keys: [.init(key: "ann.pub"), .init(key: "bob.pub")])
    let ann = Approval(key: "ann.pub", approver: "ann", isAuthors: false)
    let bob = Approval(key: "bob.pub", approver: "bob", user: "bob", isAuthors: false)
    #expect(try await decide(policy, [run()]).refused == ["approvals"])
    #expect(try await decide(policy, [run()], approvals: [ann, ann]).refused == ["approvals"])
    #expect(try await decide(policy, [run()], approvals: [ann, bob]).refused.isEmpty)
    #expect(try await decide(policy, [run()], approvals: [ann, bob], promoter: "bob").refused == ["approvals"])
    let authors = Approval(key: "bob.pub", approver: "bob", isAuthors: true)
    #expect(try await decide(policy, [run()], approvals: [ann, authors]).refused == ["approvals"])
    policy.approvals?.allowsSelf = true
    #expect(try await decide(policy, [run()], approvals: [ann, authors], promoter: "ann").refused.isEmpty)
  }

  @Test("Nothing is promoted in a freeze window")
  func freezes() async throws {
    var policy = Self.signed
    policy.freezes = [
      FreezeWindow(from: .weekly(minute: 0), to: .weekly(minute: 15 * 60), reason: "the weekly meeting")
    ]
    let decision = try await decide(policy, [run()])
    #expect(decision.refused == ["freeze-window"] && decision.reasons.last?.detail.contains("weekly meeting") == true)
    policy.freezes = [FreezeWindow(from: .weekly(minute: 15 * 60), to: .weekly(minute: 16 * 60))]
    #expect(try await decide(policy, [run()]).refused.isEmpty)
  }
}
