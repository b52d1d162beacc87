import Foundation
import QuenchConfiguration
import Testing

/// What `init` writes reads back as what it meant.
@Suite struct QuenchYAMLTests {
  static let draft = ConfigurationDraft(
    name: "orders", build: CommandConfiguration(command: "swift build -c release --product orders"),
    outputs: [".build/release/orders", "Public"], run: "./orders --port ${PORT}",
    health: HealthConfiguration(probe: .http(path: "/health")), data: "data",
    suites: [
      SuiteConfiguration(
        name: "unit", kind: .swiftTest(SwiftTestConfiguration(filter: "OrdersTests")), instances: .none),
      SuiteConfiguration(name: "smoke", kind: .command(CommandConfiguration(command: "./smoke.sh"))),
    ])

  @Test func aDraftIsWrittenWithComments() throws {
    let text = QuenchYAML.text(of: Self.draft)
    #expect(
      text == """
        # Quench: test it hot, ship it cold. Every key with its type, default and meaning: Configuration.md, which is in
        # Sources/quench/Quench.docc of Quench's repository, and in share/doc/quench where Quench is installed.

        service:
          name: orders
          # Runs in a checkout of the revision.
          build: swift build -c release --product orders
          # What the artifact holds; each lands at its root under its last component, of `.` all that is in the checkout. What
          # is in them and not committed is removed before each build: name what is made, not the folder it is made in.
          outputs: [.build/release/orders, Public]
          # The service itself, in a fresh directory that holds the artifact. PORT and QUENCH_* are environment variables.
          run: ./orders --port ${PORT}
          # One of path: /…, tcp: true, command: …, grpc: true.
          health: { path: /health }
          # stop: { signal: TERM, grace: 10s }
          # environment: { LOG_LEVEL: info }      # nothing else is inherited but PATH, HOME, LANG and TMPDIR
          # secrets: [STRIPE_KEY]                 # variables of the runner to let through
          # Reset before each suite and on rollback; cold instances keep theirs.
          data: data

        # Suites reach the service at QUENCH_BASE_URL; `instances: none` is for those that need none.
        suites:
          unit:
            swift-test: { package: ., filter: OrdersTests }
            instances: none
          smoke:
            command: ./smoke.sh

        # The hot instances that suites share, the cold ones that serve production, and where its traffic and that of tests
        # arrives; these are the defaults.
        # hot: { instances: 2, baseline: live, retain: 2 }
        # cold: { instances: 2, retain: 1, bake: 30s }
        # balancer: { engine: embedded, production: 127.0.0.1:8080, test: 127.0.0.1:8081 }

        """)
    #expect(try Configuration.read(yaml: text, file: "quench.yml") == Self.draft.configuration)
  }

  @Test func whatIsCommentedOutReadsTooAndIsTheDefault() throws {
    let text = QuenchYAML.text(of: ConfigurationDraft(name: "a", run: "./a"))
    let marker = "# hot:"
    let head = try #require(text.range(of: marker)?.lowerBound)
    let tail = text[head...].split(separator: "\n").map { $0.dropFirst(2) }
    let configuration = try Configuration.read(
      yaml: text[..<head] + tail.joined(separator: "\n"), file: "quench.yml")
    #expect(configuration == Configuration(service: ServiceConfiguration(name: "a", run: "./a")))
  }

  @Test func draftsReadBackEqual() throws {
    for seed in UInt64(1)...600 {
      var drafts = RandomDraft(seed: seed)
      let draft = drafts.next()
      let text = QuenchYAML.text(of: draft)
      do {
        #expect(try Configuration.read(yaml: text, file: "quench.yml") == draft.configuration, "seed \(seed)\n\(text)")
      } catch {
        Issue.record("seed \(seed): \(error)\n\(text)")
      }
    }
  }
}
