import Foundation
import SystemPackage
import Testing

/// What the commands under test find in their environment: what was promised, and nothing else of the runner's.
struct SurroundingsTests {
  @Test(.world("greeter"))
  func environmentIsAnAllowList() async throws {
    let world = try World.current
    var configuration = GreeterConfiguration(
      build: "env | sed 's/^/build: /'\nmkdir -p build && cp greeter.py build/greeter",
      service: ["data: data", "environment: { LOG_LEVEL: loud }"], suites: [("check", "env | sed 's/^/suite: /'")],
      instances: 2)
    configuration.run = "env | sed 's/^/service: /' >&2; exec ./greeter --port ${PORT}"
    try world.write("quench.yml", configuration.text)
    let revision = try await world.commit("Show the environment")
    let (outcome, evidence) = try await world.verifyWithEvidence(
      environment: ["CI_JOB_TOKEN": "leaked-token", "PYTHONPATH": "/leaked", "GIT_DIR_LEAK": "leaked"])
    #expect(outcome.passed, "\(outcome)")
    #expect(!evidence.contains("leaked"), "\(evidence)")
    for place in ["build", "suite", "service"] {
      for name in ["PATH", "HOME", "LANG", "TMPDIR"] {
        #expect(evidence.contains("\(place): \(name)="), "\(place) \(name)")
      }
    }
    for name in ["PORT", "QUENCH_REVISION", "QUENCH_INSTANCE_ID", "QUENCH_TEMPERATURE", "QUENCH_DATA"] {
      #expect(evidence.contains("service: \(name)="), "\(name)")
    }
    #expect(evidence.contains("service: QUENCH_TEMPERATURE=hot"))
    #expect(evidence.contains("service: LOG_LEVEL=loud"))
    #expect(!evidence.contains("suite: LOG_LEVEL"))
    #expect(evidence.contains("suite: QUENCH_REVISION=\(revision)"))
    for name in ["QUENCH_BUILD_DIGEST", "QUENCH_RESET_URL"] {
      #expect(evidence.contains("suite: \(name)="), "\(name)")
    }
    let list = try #require(evidence.firstMatch(of: /suite: QUENCH_INSTANCES=(.*)/)).output.1
    let instances = try JSONValue(document: String(list)).array
    #expect(instances.count == 1, "only the one lent to this suite: \(list)")
    let first = try #require(instances.first?.string)
    #expect(first.hasPrefix("http://127.0.0.1:"))
    #expect(evidence.contains("suite: QUENCH_BASE_URL=\(first)\n"), "the first of them")
  }

  @Test(.world("greeter"))
  func oneRequestPutsTheDataBack() async throws {
    let world = try World.current
    let suite = """
      set -eu
      ./smoke.sh
      curl --silent --show-error --fail --request POST "$QUENCH_RESET_URL"
      ./smoke.sh
      """
    try world.write("quench.yml", GreeterConfiguration(suites: [("twice", suite)]).text)
    let outcome = try await world.quench("verify")
    #expect(outcome.passed, "\(outcome)")
  }

  @Test(.world("greeter"))
  func secretsPassAndAreNeverWritten() async throws {
    let world = try World.current
    var configuration = GreeterConfiguration(
      build: "test ${#NPM_TOKEN} -eq 16 && echo token $NPM_TOKEN\n"
        + "mkdir -p build && cp greeter.py build/greeter",
      service: ["data: data", "secrets: [STRIPE_KEY]", "build-secrets: [NPM_TOKEN]"], suites: [("check", "true")])
    configuration.run = "echo key $STRIPE_KEY >&2; test ${#STRIPE_KEY} -eq 13 && exec ./greeter --port ${PORT}"
    try world.write("quench.yml", configuration.text)
    try await world.commit("Need secrets")
    let junit = world.root.appending("junit.xml")
    let secrets = ["STRIPE_KEY": "sk-l1v3-value", "NPM_TOKEN": "npm-s3cr3t-value"]
    let (outcome, evidence) = try await world.verifyWithEvidence(
      "--verbose", "--junit", junit.string, environment: secrets)
    #expect(outcome.passed, "\(outcome)")
    let everything =
      [outcome.text, evidence, try world.read(junit), try world.text(below: world.state)].joined(separator: "\n")
    for secret in secrets.values {
      let place = everything.range(of: secret).map { everything[..<$0.lowerBound].suffix(200) }
      #expect(place == nil, "\(secret)")
    }
    #expect(evidence.contains("key ") && evidence.contains("token "), "the lines themselves are there, masked")
  }

  /// A suite gets no secret, but it may come by one: from an answer of the service, for instance.
  @Test(.world("greeter"))
  func secretsThatASuitePrintsAreHidden() async throws {
    let world = try World.current
    // Not as one word in the command, which is part of what is kept.
    let report = "<testsuite><testcase name='one'><failure>saw $(printf sk-l1v3-)value</failure></testcase></testsuite>"
    let configuration = GreeterConfiguration(
      service: ["data: data", "secrets: [STRIPE_KEY]"],
      suites: [
        ("prints", "echo saw $(printf sk-l1v3-)value; exit 1"),
        ("reports", "echo \"\(report)\" >$QUENCH_JUNIT_OUTPUT; exit 1"),
      ])
    try world.write("quench.yml", configuration.text)
    try await world.commit("Print a secret")
    let (outcome, evidence) = try await world.verifyWithEvidence(
      "--verbose", environment: ["STRIPE_KEY": "sk-l1v3-value"])
    #expect(outcome.status == 1 && outcome.stdout.contains("saw ***"), "\(outcome)")
    #expect(evidence.contains("saw ***"))
    for text in [outcome.text, evidence, try world.text(below: world.state)] {
      #expect(!text.contains("sk-l1v3-value"))
    }
  }

  /// Which variables of the runner code under test gets is for the host to say.
  @Test(.world("greeter"), arguments: ["secrets: [CLOUD_KEY]", "build-secrets: [CLOUD_KEY]"])
  func revisionGetsNoVariableThatTheHostDoesNotName(line: String) async throws {
    let world = try World.current
    try world.write("quench.yml", GreeterConfiguration(service: [line], suites: [("check", "true")]).text)
    try await world.commit("Ask for a secret")
    try world.write("quench.yml", GreeterConfiguration(service: [], suites: [("check", "true")]).text)
    let refused = try await world.quench("verify", environment: ["CLOUD_KEY": "c10ud-k3y"])
    #expect(refused.status == 78 && refused.stderr.contains("CLOUD_KEY"), "\(refused)")
    try world.write("quench.yml", GreeterConfiguration(service: [line], suites: [("check", "true")]).text)
    let allowed = try await world.quench("verify", environment: ["CLOUD_KEY": "c10ud-k3y"])
    #expect(allowed.status == 0, "\(allowed)")
  }

  /// Neither a suite nor a build may read the file of secrets by itself.
  @Test(.world("greeter"))
  func secretsFileIsClosedToCommands() async throws {
    let world = try World.current
    let file = world.root.appending("secrets.env").string
    try world.write(file, "STRIPE_KEY=sk-fr0m-file\n")
    var configuration = GreeterConfiguration(
      service: ["secrets: [STRIPE_KEY]", "secrets-file: ../secrets.env"], suites: [("check", "! cat \(file)")])
    configuration.build = "! cat \(file) && mkdir -p build && cp greeter.py build/greeter"
    try world.write("quench.yml", configuration.text)
    try await world.commit("Look for secrets")
    let outcome = try await world.quench("verify")
    #expect(outcome.status == 0, "\(outcome)")
  }

  @Test(.world("greeter"))
  func secretsAreNoPartOfTheKey() async throws {
    let world = try World.current
    let service = ["data: data", "secrets: [STRIPE_KEY]", "build-secrets: [NPM_TOKEN]"]
    try world.write("quench.yml", GreeterConfiguration(service: service, suites: [("check", "true")]).text)
    try await world.commit("Need secrets")
    let first = try await world.ask("verify", environment: ["STRIPE_KEY": "one", "NPM_TOKEN": "two"])
    let second = try await world.ask("verify", environment: ["STRIPE_KEY": "three", "NPM_TOKEN": "four"])
    #expect(first.status == 0 && second.status == 0, "\(second.outcome)")
    #expect(second.json["build"]["key"] == first.json["build"]["key"])
    #expect(second.json["build"]["cached"].bool == true)
  }

  @Test(.world("greeter"), arguments: ["secrets", "build-secrets"])
  func missingSecretIsAnErrorOfConfiguration(kind: String) async throws {
    let world = try World.current
    try world.write("quench.yml", GreeterConfiguration(service: ["data: data", "\(kind): [STRIPE_KEY]"]).text)
    try await world.commit("Need a secret")
    let outcome = try await world.quench("verify")
    #expect(outcome.status == 78, "\(outcome)")
    #expect(outcome.text.contains("STRIPE_KEY"))
    #expect(outcome.text.contains("next:"))
  }

  /// A service that starts only with the secret that the file has.
  private func needSecret(from file: String?) -> GreeterConfiguration {
    var configuration = GreeterConfiguration(
      service: ["data: data", "secrets: [STRIPE_KEY]"] + (file.map { ["secrets-file: \($0)"] } ?? []),
      suites: [("check", "true")])
    configuration.run = "test \"$STRIPE_KEY\" = sk-fr0m-file && exec ./greeter --port ${PORT}"
    return configuration
  }

  @Test(.world("greeter"))
  func secretsComeFromAFileToo() async throws {
    let world = try World.current
    try world.write(world.root.appending("secrets.env").string, "STRIPE_KEY=sk-fr0m-file\n")
    try world.write("quench.yml", needSecret(from: "../secrets.env").text)
    try await world.commit("Need a secret")
    let outcome = try await world.quench("verify", "--repository", world.repository.string, in: world.root)
    #expect(outcome.passed, "relative to quench.yml, not to where the command runs: \(outcome)")
  }

  @Test(.world("greeter"))
  func revisionDoesNotChooseWhatIsReadOfTheHost() async throws {
    let world = try World.current
    let file = world.root.appending("secrets.env")
    try world.write(file.string, "STRIPE_KEY=sk-fr0m-file\n")
    try world.write("quench.yml", needSecret(from: file.string).text)
    try await world.commit("Ask for a file of the host's")
    try world.write("quench.yml", needSecret(from: nil).text)
    let outcome = try await world.quench("verify", "HEAD")
    #expect(outcome.status == 78, "\(outcome)")
    #expect(outcome.text.contains("STRIPE_KEY") && outcome.text.contains("this host's quench.yml"), "\(outcome)")
    try world.write("quench.yml", needSecret(from: "../secrets.env").text)
    let named = try await world.quench("verify", "HEAD")
    #expect(named.passed, "the host's own file names it: \(named)")
  }

  @Test(.world("greeter"), .enabled(if: Product.has("swift"), "swift is not installed"))
  func commandSuiteMayCompileAlthoughNoCacheIsItsOwn() async throws {
    let world = try World.current
    try world.write(
      "Tool/Package.swift",
      "// swift-tools-version: 6.0\nimport PackageDescription\n"
        + "let package = Package(name: \"tool\", targets: [.executableTarget(name: \"tool\", path: \".\")])\n")
    try world.write("Tool/main.swift", "print(\"compiled\" + \" and run\")\n")
    try world.write("quench.yml", GreeterConfiguration(suites: [("check", "cd Tool && swift run tool")]).text)
    try await world.commit("Compile in a suite")
    let (outcome, evidence) = try await world.verifyWithEvidence()
    #expect(outcome.passed, "\(outcome)\n\(evidence)")
    #expect(evidence.contains("compiled and run"))
  }

  @Test(.world("greeter"))
  func runLeavesNothingInTheTemporaryFolder() async throws {
    let world = try World.current
    #expect(try await world.quench("verify").passed)
    let left = try world.files(below: world.temporary)
    #expect(left.isEmpty)
    let instances = try world.files(below: world.state.appending("instances"))
    #expect(instances.isEmpty)
  }
}
