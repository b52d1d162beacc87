import Foundation
import Subprocess
import SystemPackage
import Testing

/// Services that need something beside them: a database, or commands around an instance's life.
@Suite(.serialized)
struct DependencyTests {
  private static let hasPostgreSQL =
    Product.has("psql") && (Product.has("initdb") || FileManager.default.fileExists(atPath: "/usr/lib/postgresql"))

  @Test(.world("orders-postgres"), .enabled(if: hasPostgreSQL, "PostgreSQL is not installed"))
  func eachInstanceHasADatabaseServerOfItsOwn() async throws {
    let world = try World.current
    // Two suites at once, each of which wants an empty database.
    try world.replace(
      "suites:\n  smoke:\n    command: ./smoke.sh",
      by:
        "suites:\n  one:\n    command: ./smoke.sh\n  two:\n    command: ./smoke.sh\n  three:\n    command: ./smoke.sh",
      in: "quench.yml")
    try world.replace("suites: [smoke]", by: "suites: [one, two, three]", in: "quench.yml")
    let answer = try await world.ask("verify")
    #expect(answer.status == 0, "\(answer.outcome)")
    let left = ProcessTable.entries(ofWorld: world.root)
    #expect(left.isEmpty)
  }

  @Test(.world("orders-postgres"), .enabled(if: hasPostgreSQL, "PostgreSQL is not installed"))
  func eachInstanceHasADatabaseOnTheServerThatRuns() async throws {
    let world = try World.current
    let port = try await world.tool(
      "python3", "-c", "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])")
    let server = Command(
      executable: .path("/bin/sh"), arguments: ["./database.sh"],
      environment: world.environment.merging([
        "PORT": port, "QUENCH_DEPENDENCY_DIR": world.root.appending("server").string,
      ]) {
        $1
      }, folder: world.repository)
    let url = "postgresql://orders@127.0.0.1:\(port)/postgres"
    _ = try await server.run { running in
      try await running.prints("ready to accept connections")
      let outcome = try await world.quench(
        "verify", "--config", "quench-use.yml", environment: ["DATABASE_URL": url])
      #expect(outcome.passed, "\(outcome)")
      let databases = try await world.tool(
        "psql", url, "--tuples-only", "--no-align", "--command", "SELECT datname FROM pg_database")
      #expect(
        Set(databases.split(separator: "\n")) == ["postgres", "template0", "template1"], "its databases are dropped")
      running.send(SIGTERM)
    }
  }

  @Test(.world("orders-postgres"))
  func missingServerIsNamedWithWhatToDo() async throws {
    let outcome = try await World.current.quench("verify", "--config", "quench-use.yml")
    #expect([3, 78].contains(outcome.status), "\(outcome)")
    #expect(outcome.text.contains("DATABASE_URL") && outcome.text.contains("next:"), "\(outcome)")
  }

  @Test(.world("greeter"))
  func dependencyThatExitsIsNamedWithItsLog() async throws {
    let world = try World.current
    try world.write(
      "quench.yml",
      GreeterConfiguration(
        suites: [("check", "true")],
        more: ["dependencies: { cache: { command: \"echo no memory >&2; exit 5\", ready: \"false\" } }"]
      ).text)
    try await world.commit("Depend on a cache")
    let outcome = try await world.quench("verify")
    #expect(outcome.status == 3, "\(outcome)")
    #expect(outcome.text.contains("cache") && outcome.text.contains("no memory"), "\(outcome)")
    try await world.expectNothingRunning()
  }

  @Test(.world("greeter"))
  func dependencyRunsBesideTheInstanceAndIsStopped() async throws {
    let world = try World.current
    var configuration = GreeterConfiguration(
      suites: [("check", "true")],
      more: [
        "dependencies:", "  files:", "    command: exec python3 -m http.server --bind 127.0.0.1 ${PORT}",
        "    ready: curl --silent --fail --output /dev/null 127.0.0.1:${PORT}/",
        "    exports: { FILES_URL: \"http://127.0.0.1:${PORT}/\" }",
      ])
    configuration.run = "curl --silent --fail --output /dev/null $FILES_URL && exec ./greeter --port ${PORT}"
    try world.write("quench.yml", configuration.text)
    try await world.commit("Depend on files")
    let (outcome, evidence) = try await world.verifyWithEvidence()
    #expect(outcome.passed, "\(outcome)")
    #expect(evidence.contains("GET / HTTP/1.1"), "the dependency's log is among the artifacts")
    let left = ProcessTable.entries(ofWorld: world.root)
    #expect(left.isEmpty)
  }

  @Test(.world("greeter"))
  func dependencyOfTheSetIsSharedByItsInstances() async throws {
    let world = try World.current
    var configuration = GreeterConfiguration(
      suites: [("check", "true")], instances: 2,
      more: [
        "dependencies:", "  files:", "    scope: set",
        "    command: echo life started; exec python3 -m http.server --bind 127.0.0.1 ${PORT}",
        "    ready: curl --silent --fail --output /dev/null 127.0.0.1:${PORT}/",
        "    cleanup: echo life cleaned",
        "    exports: { FILES_URL: \"http://127.0.0.1:${PORT}/\" }",
      ])
    configuration.run = """
      curl --silent --fail --output /dev/null $FILES_URL && echo life used $FILES_URL
      exec ./greeter --port ${PORT}
      """
    try world.write("quench.yml", configuration.text)
    try await world.commit("Share files")
    let (outcome, evidence) = try await world.verifyWithEvidence()
    #expect(outcome.passed, "\(outcome)")
    let life = evidence.split(separator: "\n").filter { $0.hasPrefix("life ") }.map(String.init)
    #expect(life.filter { !$0.hasPrefix("life used") } == ["life started", "life cleaned"], "\(life)")
    let used = life.filter { $0.hasPrefix("life used") }
    #expect(used.count == 2 && Set(used).count == 1, "both use the one: \(life)")
    let left = ProcessTable.entries(ofWorld: world.root)
    #expect(left.isEmpty)
  }

  @Test(.world("greeter"))
  func prepareAndCleanupSurroundEachInstance() async throws {
    let world = try World.current
    func say(_ word: String) -> String { "echo \(word) $QUENCH_INSTANCE_ID at $(date +%s%N)" }
    var configuration = GreeterConfiguration(
      service: ["data: data", "prepare: \(say("prepared"))", "cleanup: \(say("cleaned"))"],
      suites: [("check", say("tested"))], instances: 1)
    configuration.run = "\(say("started")); exec ./greeter --port ${PORT}"
    try world.write("quench.yml", configuration.text)
    try await world.commit("Hooks")
    let (outcome, evidence) = try await world.verifyWithEvidence()
    #expect(outcome.passed, "\(outcome)")
    let times = evidence.matches(of: /(prepared|started|tested|cleaned) \S* ?at (\d+)/).reduce(into: [:]) {
      $0[String($1.1)] = Int($1.2)
    }
    #expect(times.sorted { $0.value < $1.value }.map(\.key) == ["prepared", "started", "tested", "cleaned"])
  }

  @Test(.world("greeter"))
  func failingPrepareIsAnErrorWithItsOutput() async throws {
    let world = try World.current
    try world.write(
      "quench.yml", GreeterConfiguration(service: ["data: data", "prepare: echo no database >&2; exit 4"]).text)
    try await world.commit("Fail to prepare")
    let outcome = try await world.quench("verify")
    #expect(outcome.status == 3, "\(outcome)")
    #expect(outcome.text.contains("no database"), "\(outcome)")
    try await world.expectNothingRunning()
  }
}
