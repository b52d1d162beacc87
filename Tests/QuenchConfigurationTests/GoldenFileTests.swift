import QuenchConfiguration
import Testing

/// The example of the contract, and a file that has every key there is.
@Suite struct GoldenFileTests {
  static let example = """
    service:
      name: orders
      build: swift build -c release --product orders
      outputs: [.build/release/orders, Public]      # what the artifact holds
      run: ./orders --port ${PORT}                   # in a fresh directory holding the artifact
      health: { path: /health, interval: 500ms, timeout: 2s, rise: 2, fall: 3, start-timeout: 180s }
      stop: { signal: TERM, grace: 10s }
      environment: { LOG_LEVEL: info }               # plus PORT, QUENCH_*
      data: data                                     # reset on rollback; hooks: data-snapshot / data-restore
    suites:
      api:
        swift-test: { package: ., filter: APITests, tests-from: revision }   # revision | working-tree | <rev>
      smoke:
        command: ./smoke.sh
    hot:  { instances: 2, baseline: live, retain: 2 }   # baseline: live (what is promoted) or a revision
    cold: { instances: 2, retain: 1, bake: 30s, provider: process }
    balancer: { engine: embedded, production: 127.0.0.1:8080, test: 127.0.0.1:8081, mode: hot-warm }
    gate:                                            # default: every suite PASSED
      suites: [api, smoke]
      branch: main
      signers: [keys/ci.pub]

    """

  @Test func theExampleOfTheContractReads() throws {
    let configuration = try Configuration.read(yaml: Self.example, file: "quench.yml")
    #expect(
      configuration
        == Configuration(
          service: ServiceConfiguration(
            name: "orders", build: CommandConfiguration(command: "swift build -c release --product orders"),
            outputs: [".build/release/orders", "Public"], run: "./orders --port ${PORT}",
            health: HealthConfiguration(probe: .http(path: "/health")), environment: ["LOG_LEVEL": "info"],
            data: "data"),
          suites: [
            SuiteConfiguration(name: "api", kind: .swiftTest(SwiftTestConfiguration(filter: "APITests"))),
            SuiteConfiguration(name: "smoke", kind: .command(CommandConfiguration(command: "./smoke.sh"))),
          ],
          gate: GateConfiguration(suites: ["api", "smoke"], branch: "main", signers: [.init(key: "keys/ci.pub")])))
    #expect(configuration.fallback == .safe)
  }

  static let everyKey = """
    service:
      name: 42
      build: { command: make, timeout: 30m }
      outputs:
        - out/server
        - ./share/
      run: |
        ./server \\
          --port "$PORT"
      health:
        command: { command: ./check.sh, timeout: 1s }
        interval: 1s
        timeout: 3s
        rise: 1
        fall: 5
        start-timeout: 1m30s
      stop: { signal: QUIT, grace: 0s }
      environment:
        EMPTY:
        NUMBER: 0x1F
        FLAG: yes
        QUOTED: "a: b"
      data: state/db
      data-snapshot: ./snapshot.sh
      data-restore: { command: ./restore.sh, timeout: 1m }
      secrets: [STRIPE_KEY]
      build-secrets: [NETRC]
      secrets-file: ../secrets.env
      dependencies:
        db:
          command: postgres -p ${PORT}
          ready: { command: pg_isready, timeout: 10s }
          scope: set
          prepare: createdb app
          cleanup: dropdb app
          exports: { DATABASE_URL: "postgres://localhost:${PORT}/app" }
          stop: { signal: INT, grace: 5s }
        cache: { use: REDIS_URL, reset: redis-cli flushall }
      prepare: ./migrate
      cleanup: true
      paths: [Sources, Package.swift]
      build-mode: clean
    suites:
      unit:
        swift-test: { package: Server, skip: APITests, product: ServerTests }
        instances: none
        shards: 8
      api:
        command: { command: ./api.sh, timeout: 5m }
        tests-from: working-tree
        instances: 2
        shards: 3
        timeout: 10m
        environment: { PORT: 1, CI: true }
      old:
        swift-test: { tests-from: v1.2.0 }
    hot: { instances: 3, baseline: main, retain: 0, fallback: none }
    cold: { instances: 4, retain: 0, bake: 0s, provider: container }
    balancer:
      engine: haproxy
      production: "[::1]:443"
      test: localhost:0
      mode: hot-hot
      test-fallback: true
      protocol: tcp
      tls: { certificate: certs/site.pem, key: /etc/site.key, test: true }
      timeouts: { first-byte: 2m, idle: 1h, drain: 0s }
      access-log: false
    gate:
      suites: [unit]
      branch: refs/heads/main
      signers: [a.pub, b.pub]
      minimum-runs: 3
      max-flake-rate: 0.05
      fast-forward: true
      build-mode: clean
      max-age: 7d
      approvals: { required: 2, keys: [c.pub, d.pub], self: true }

    """

  @Test func everyKeyReads() throws {
    let configuration = try Configuration.read(yaml: Self.everyKey, file: "quench.yml")
    let service = ServiceConfiguration(
      name: "42", build: CommandConfiguration(command: "make", timeout: .seconds(1800)),
      outputs: ["out/server", "./share/"], run: "./server \\\n  --port \"$PORT\"\n",
      health: HealthConfiguration(
        probe: .command(CommandConfiguration(command: "./check.sh", timeout: .seconds(1))), interval: .seconds(1),
        timeout: .seconds(3), rise: 1, fall: 5, startTimeout: .seconds(90)),
      stop: StopConfiguration(signal: .quit, grace: .zero),
      environment: ["EMPTY": "", "NUMBER": "0x1F", "FLAG": "yes", "QUOTED": "a: b"], data: "state/db",
      dataSnapshot: CommandConfiguration(command: "./snapshot.sh"),
      dataRestore: CommandConfiguration(command: "./restore.sh", timeout: .seconds(60)), secrets: ["STRIPE_KEY"],
      buildSecrets: ["NETRC"], secretsFile: "../secrets.env",
      dependencies: [
        DependencyConfiguration(
          name: "db", source: .command("postgres -p ${PORT}"),
          ready: CommandConfiguration(command: "pg_isready", timeout: .seconds(10)), scope: .set,
          prepare: CommandConfiguration(command: "createdb app"),
          cleanup: CommandConfiguration(command: "dropdb app"),
          exports: ["DATABASE_URL": "postgres://localhost:${PORT}/app"],
          stop: StopConfiguration(signal: .interrupt, grace: .seconds(5))),
        DependencyConfiguration(
          name: "cache", source: .use(variable: "REDIS_URL"), reset: CommandConfiguration(command: "redis-cli flushall")
        ),
      ], prepare: CommandConfiguration(command: "./migrate"), cleanup: CommandConfiguration(command: "true"),
      paths: ["Sources", "Package.swift"], buildMode: .clean)
    #expect(configuration.service == service)
    #expect(
      configuration.suites == [
        SuiteConfiguration(
          name: "unit",
          kind: .swiftTest(SwiftTestConfiguration(package: "Server", skip: "APITests", product: "ServerTests")),
          instances: .none, shards: 8),
        SuiteConfiguration(
          name: "api", kind: .command(CommandConfiguration(command: "./api.sh", timeout: .seconds(300))),
          testsFrom: .workingTree, instances: .count(2), shards: 3, timeout: .seconds(600),
          environment: ["PORT": "1", "CI": "true"]),
        SuiteConfiguration(name: "old", kind: .swiftTest(SwiftTestConfiguration()), testsFrom: .named("v1.2.0")),
      ])
    #expect(
      configuration.hot
        == HotConfiguration(instances: 3, baseline: .named("main"), retain: 0, fallback: HotConfiguration.Fallback.none)
    )
    #expect(configuration.cold == ColdConfiguration(instances: 4, retain: 0, bake: .zero, provider: "container"))
    #expect(
      configuration.balancer
        == BalancerConfiguration(
          engine: .haproxy, production: ListenerAddress(host: "::1", port: 443),
          test: ListenerAddress(host: "localhost", port: 0), mode: .hotHot, testFallback: true, trafficProtocol: .tcp,
          tls: BalancerConfiguration.TLS(certificate: "certs/site.pem", key: "/etc/site.key", test: true),
          timeouts: BalancerConfiguration.Timeouts(firstByte: .seconds(120), idle: .seconds(3600), drain: .zero),
          accessLog: false))
    #expect(
      configuration.gate
        == GateConfiguration(
          suites: ["unit"], branch: "refs/heads/main", signers: [.init(key: "a.pub"), .init(key: "b.pub")],
          minimumRuns: 3,
          maximumFlakeRate: 0.05, fastForward: true, buildMode: .clean, maximumAge: .seconds(7 * 86_400),
          approvals: GateConfiguration.Approvals(
            required: 2, keys: [.init(key: "c.pub"), .init(key: "d.pub")], allowsSelf: true)))
    #expect(configuration.fallback == HotConfiguration.Fallback.none)
  }

  @Test func theSmallestFileReads() throws {
    let configuration = try Configuration.read(yaml: "service: { name: a, run: ./a }", file: "quench.yml")
    #expect(configuration == Configuration(service: ServiceConfiguration(name: "a", run: "./a")))
    #expect(configuration.fallback == .all)
    #expect(configuration.service.health.probe == .tcp)
  }

  @Test(arguments: [
    ("{ tcp: true }", HealthConfiguration.Probe.tcp),
    ("{ grpc: true }", .grpc(service: nil)),
    ("{ grpc: my.Service }", .grpc(service: "my.Service")),
    ("{ command: true }", .command(CommandConfiguration(command: "true"))),
    ("{ path: /a?b=c }", .http(path: "/a?b=c")),
  ])
  func everyProbeReads(text: String, probe: HealthConfiguration.Probe) throws {
    let yaml = "service: { name: a, run: ./a, health: \(text) }"
    #expect(try ServiceConfiguration.read(yaml: yaml, file: "quench.yml").health.probe == probe)
  }

  @Test func plainScalarsAreTextsAsTheyAreWritten() throws {
    let yaml = "service: { name: 1.50, build: true, run: 0777, data: on }"
    let service = try ServiceConfiguration.read(yaml: yaml, file: "quench.yml")
    #expect(service.name == "1.50")
    #expect(service.build == CommandConfiguration(command: "true"))
    #expect(service.run == "0777")
    #expect(service.data == "on")
  }

  @Test func sectionsWithEverythingCommentedOutHaveTheirDefaults() throws {
    let yaml = "service: { name: a, run: ./a }\nsuites:\nhot:\ncold:\nbalancer:\ngate:\n"
    let configuration = try Configuration.read(yaml: yaml, file: "quench.yml")
    #expect(configuration == Configuration(service: ServiceConfiguration(name: "a", run: "./a")))
  }
}
