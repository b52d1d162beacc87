import Foundation
import SystemPackage
import Testing

/// `quench why` says what the policy of this host makes of a revision.
struct WhyTests {
  /// The rules that do not hold, as `why` says them.
  private func refused(
    _ world: World, _ revision: String = "HEAD", actor: String = "zoe",
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> [String] {
    let answer = try await world.ask("why", revision, environment: ["GITHUB_ACTOR": actor])
    let reasons = answer.json["reasons"].array, failed = reasons.filter { $0["ok"].bool == false }
    #expect(answer.json["schema"].string == "quench.decision/v1", "\(answer.outcome)", sourceLocation: sourceLocation)
    #expect(answer.status == (failed.isEmpty ? 0 : 1), "\(answer.outcome)", sourceLocation: sourceLocation)
    #expect(answer.json["allowed"].bool == failed.isEmpty, "\(answer.outcome)", sourceLocation: sourceLocation)
    #expect(
      failed.allSatisfy { $0["next"].string?.isEmpty == false && $0["detail"].string?.isEmpty == false },
      "\(answer.outcome)", sourceLocation: sourceLocation)
    return failed.compactMap(\.["rule"].string)
  }

  private func gate(_ world: World, _ policy: String, command: String = "true") throws {
    let configuration = GreeterConfiguration(suites: [("check", command)], more: ["gate: { \(policy) }"])
    try world.write("quench.yml", configuration.text)
  }

  @Test(.world("greeter"))
  func onlyWhatTrustedKeysSignedCounts() async throws {
    let world = try World.current
    try gate(world, "suites: [check]")
    try await world.commit("Describe the service")
    #expect(try await refused(world) == ["verdict"], "nothing is known yet")
    try #require(try await world.quench("verify").status == 0)
    #expect(try await refused(world).isEmpty)

    let key = try await world.makeKey(), other = try await world.makeKey("other.pem")
    try gate(world, "signers: [\(key).pub]")
    #expect(try await refused(world) == ["verdict"], "this host's own word counts no more")
    #expect(try await world.quench("evidence", "sign", environment: ["QUENCH_SIGNING_KEY": other]).status == 0)
    #expect(try await refused(world) == ["verdict"], "nor that of a stranger")
    #expect(try await world.quench("evidence", "sign", environment: ["QUENCH_SIGNING_KEY": key]).status == 0)
    #expect(try await refused(world).isEmpty)

    try gate(world, "signers: [{ key: \(key).pub, suites: [check] }], minimum-runs: 2")
    #expect(try await refused(world) == ["suite-check"], "the same run twice is one run")
    try gate(world, "signers: [\(key).pub]", command: "true # changed")
    #expect(try await refused(world) == ["suite-check"], "the suite is another one")
    try gate(world, "signers: [\(key).pub], max-age: 1s")
    let aged = try await comesTrue(within: .seconds(5)) { try await refused(world) == ["suite-check"] }
    #expect(aged, "evidence ages")
    try gate(world, "signers: [nowhere.pub]")
    let unreadable = try await world.quench("why")
    #expect(unreadable.status == 3 && unreadable.stderr.contains("nowhere.pub"), "\(unreadable)")
  }

  @Test(.world("greeter"))
  func newestSignedFailureIsHeeded() async throws {
    let world = try World.current
    let key = try await world.makeKey()
    try gate(world, "signers: [\(key).pub]", command: "test ! -e \(world.root)/broken")
    try await world.commit("Describe the service")
    let signing = ["QUENCH_SIGNING_KEY": key]
    try #require(try await world.quench("verify", environment: signing).status == 0)
    #expect(try await refused(world).isEmpty)
    try world.write(world.root.appending("broken").string, "")
    try #require(try await world.quench("verify", "--again", environment: signing).status == 1)
    #expect(try await refused(world) == ["suite-check"])
  }

  @Test(.world("greeter"))
  func othersHaveToAgree() async throws {
    let world = try World.current
    let ann = try await world.makeKey("ann.pem"), bob = try await world.makeKey("bob.pem")
    try gate(world, "approvals: { required: 2, keys: [\(ann).pub, \(bob).pub] }")
    let commit = try await world.commit("Describe the service")
    try #require(try await world.quench("verify").status == 0)
    #expect(try await refused(world) == ["approvals"])

    func approve(_ key: String, as user: String, email: String) async throws {
      let environment = [
        "QUENCH_SIGNING_KEY": key, "GITHUB_ACTOR": user, "GIT_COMMITTER_NAME": user, "GIT_COMMITTER_EMAIL": email,
      ]
      let answer = try await world.ask("approve", commit, "-m", "read it", environment: environment)
      try #require(answer.status == 0, "\(answer.outcome)")
      #expect(answer.json["schema"].string == "quench.approval/v1")
    }
    try await approve(ann, as: "ann", email: "ann@example.org")
    try await approve(ann, as: "ann", email: "ann@example.org")
    #expect(try await refused(world) == ["approvals"], "one key is one approval")
    try await approve(bob, as: "bob", email: "ada@example.org")
    #expect(try await refused(world) == ["approvals"], "that of the commit's author does not count")
    try await approve(bob, as: "bob", email: "bob@example.org")
    #expect(try await refused(world) == ["approvals"], "and who has spoken as the author does so under every name")
    let bobs = "{ key: \(bob).pub, user: bob, emails: [bob@example.org] }"
    try gate(world, "approvals: { required: 2, keys: [\(ann).pub, \(bobs)] }")
    #expect(try await refused(world).isEmpty, "the policy knows better who it is")
    #expect(try await refused(world, actor: "bob") == ["approvals"], "nor that of who promotes")
    let shown = try await world.quench("evidence", "show", commit)
    #expect(shown.stdout.contains("approved") && shown.stdout.contains("read it"), "\(shown)")
    let keyless = try await world.quench("approve")
    #expect(keyless.status == 3 && keyless.stderr.contains("QUENCH_SIGNING_KEY"), "\(keyless)")
  }

  @Test(.world("greeter"))
  func branchBuildModeAndFreezeWindowsAreRules() async throws {
    let world = try World.current
    try gate(world, "branch: release, build-mode: clean, freeze: [{ from: 2020-01-01, to: 2099-12-31, reason: never }]")
    try await world.commit("Describe the service")
    try await world.git("branch", "release", "HEAD^")
    try #require(try await world.quench("verify").status == 0)
    #expect(try await refused(world) == ["build-mode", "branch", "freeze-window"])
    let text = try await world.quench("why")
    #expect(text.stdout.contains("would be refused") && text.stdout.contains("never"), "\(text)")
    try await world.git("branch", "--force", "release", "HEAD")
    try gate(world, "branch: release, freeze: [{ from: 2020-01-01, to: 2020-12-31 }]")
    #expect(try await refused(world).isEmpty)
    let unknown = try await world.quench("why", "nowhere")
    #expect(unknown.status == 64, "\(unknown)")
  }
}
