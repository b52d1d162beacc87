/// Texts of a `quench.yml`: some that are right, and some that are wrong at one place.
enum ConfigurationSamples {
  static let right =
    [full] + files(rightFiles) + sections(rightSections) + services(rightServices) + suites(rightSuites)
  static let wrong = files(wrongFiles) + sections(wrongSections) + services(wrongServices) + suites(wrongSuites)

  private static func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }

  /// Each line a file, whose lines are divided by `//`.
  private static func files(_ text: String) -> [String] {
    lines(text).map { $0.replacing(" // ", with: "\n") + "\n" }
  }

  /// Each line a section of a file that is right but for that.
  private static func sections(_ text: String) -> [String] {
    lines(text).map { "service: { name: shop, run: ./shop }\nsuites: { smoke: { command: ./smoke.sh } }\n\($0)\n" }
  }

  /// Each line what a service has besides what it has to have.
  private static func services(_ text: String) -> [String] {
    lines(text).map { "service: { name: shop, run: ./shop, \($0) }\nsuites: { smoke: { command: ./smoke.sh } }\n" }
  }

  /// Each line what a suite has.
  private static func suites(_ text: String) -> [String] {
    lines(text).map { "service: { name: shop, run: ./shop }\nsuites: { smoke: { \($0) } }\n" }
  }

  // A plain scalar is a text where one is wanted.
  private static let rightFiles = """
    service: { name: 42, build: true, run: 7, environment: { A: 1, B: ~, C: yes } } // suites: { 0: { command: 1 } }
    service: { name: shop, run: ./shop, dependencies: {} } // suites: { a: { command: a } } // dependencies: {}
    """

  // An empty section is one that is left out.
  private static let rightSections = """
    hot:
    cold:
    balancer: { timeouts: }
    gate: ~
    api: null
    dependencies: { db: { command: ./db, scope: set } }
    hot: { baseline: 1234567, retain: 0, fallback: none }
    cold: { bake: 0s, provider: cluster }
    balancer: { production: "[::1]:80", test: localhost:0, timeouts: { drain: 0s } }
    gate: { signers: [{ key: a.pub, suites: [smoke] }, b.pub], max-flake-rate: 0.05 }
    gate: { freeze: [{ from: Fri 16:00, to: mon 8:00 }, { from: 2026-12-20, to: 2027-01-02 12:00 }] }
    gate: { approvals: { keys: [{ key: a.pub, user: ann, emails: [ann@example.org] }, b.pub], required: 2 } }
    """

  private static let rightServices = """
    health: { tcp: true }
    health: { grpc: true }
    health: { grpc: shop.Orders }
    health: { command: { command: curl localhost, timeout: 1m30s } }
    outputs: [., 1], paths: [., apps/shop], dependencies: { db: { use: DATABASE_URL } }
    """

  private static let rightSuites = """
    swift-test: {}, instances: none, tests-from: working-tree
    swift-test: { tests-from: refs/heads/next, skip: Slow }, shards: 2
    command: { command: ./smoke.sh, timeout: 1m }, environment: { PORT: 1 }
    """

  private static let wrongFiles = """
    suites: { smoke: { command: ./smoke.sh } }
    - service
    service: // suites: { smoke: { command: ./smoke.sh } }
    service: { name: shop } // suites: { smoke: { command: ./smoke.sh } }
    service: { run: ./shop } // suites: { smoke: { command: ./smoke.sh } }
    service: { name: [shop], run: ./shop } // suites: { smoke: { command: ./smoke.sh } }
    service: { name: "", run: ./shop } // suites: { smoke: { command: ./smoke.sh } }
    service: { name: "two\\nlines", run: ./shop } // suites: { smoke: { command: ./smoke.sh } }
    service: { name: shop, run: " " } // suites: { smoke: { command: ./smoke.sh } }
    service: { name: shop, run: { command: ./shop } } // suites: { smoke: { command: ./smoke.sh } }
    service: { name: shop, run: ./shop } // suites: []
    service: { name: shop, run: ./shop } // suites: { Smoke: { command: ./smoke.sh } }
    service: { name: shop, run: ./shop } // suites: { .smoke: { command: ./smoke.sh } }
    service: { name: shop, run: ./shop, dependencies: { a: { use: A } } } // dependencies: { b: { use: B } }
    """

  private static let wrongSections = """
    price: {}
    rise: 2
    dependencies:
    dependencies: { DB: { use: A } }
    dependencies: { db: { ready: true } }
    dependencies: { db: { image: postgres } }
    dependencies: { db: { use: PORT } }
    dependencies: { db: { command: ./db, use: DATABASE_URL } }
    dependencies: { db: { command: ./db, scope: set, reset: ./reset } }
    dependencies: { db: { command: ./db, exports: { PORT: 1 } } }
    hot: 2
    hot: { instance: 2 }
    hot: { instances: two }
    hot: { instances: "2" }
    hot: { instances: 1.5 }
    hot: { instances: 0 }
    hot: { instances: 1001 }
    hot: { retain: -1 }
    hot: { baseline: Live }
    hot: { baseline: -x }
    hot: { fallback: some }
    cold: { provider: docker }
    cold: { bake: 30 }
    cold: { bake: 1s1m }
    cold: { bake: 1.5s }
    cold: { bake: soon }
    cold: { bake: [1s] }
    balancer: { access-log: maybe }
    balancer: { test-fallback: "true" }
    balancer: { engine: nginx }
    balancer: { mode: warm }
    balancer: { production: 8080 }
    balancer: { production: ":8080" }
    balancer: { production: localhost:70000 }
    balancer: { test: "::1:80" }
    balancer: { timeouts: { idle: 0s } }
    balancer: { tls: }
    balancer: { tls: { certificate: a.pem } }
    balancer: { tls: { certificate: ~/a.pem, key: a.key } }
    gate: { suites: smoke }
    gate: { suites: [] }
    gate: { suites: [smoke, smoke] }
    gate: { branch: "a b" }
    gate: { signers: [] }
    gate: { signers: [a.pub, a.pub] }
    gate: { signers: [{ suites: [smoke] }] }
    gate: { minimum-runs: 0 }
    gate: { max-flake-rate: 5% }
    gate: { max-flake-rate: 1.5 }
    gate: { max-age: 7 }
    gate: { approvals: { required: 1 } }
    gate: { approvals: { keys: [] } }
    gate: { freeze: [{ from: Fri 16:00 }] }
    gate: { freeze: [{ from: Friday, to: Monday }] }
    gate: { freeze: [{ from: Fri 16:00, to: 2026-12-20 }] }
    gate: { freeze: [{ from: Fri 25:00, to: Mon 08:00 }] }
    gate: { freeze: [{ from: 2026-13-01, to: 2026-13-02 }] }
    api: { listen: 127.0.0.1:8443, certificate: a.pem }
    api: { listen: 127.0.0.1:1, certificate: a.pem, key: a.key, clients: { can: [read] } }
    api: { listen: 127.0.0.1:1, certificate: a.pem, key: a.key, clients: { authorities: a.pem, can: [all] } }
    """

  private static let wrongServices = """
    helth: { tcp: true }
    build: { timeout: 1m }
    build: { command: make, after: 1m }
    build-mode: dirty
    outputs: build
    outputs: [/etc/passwd]
    outputs: [a, a]
    paths: [a/..]
    health: /health
    health: {}
    health: { rise: 2 }
    health: { path: /, tcp: true }
    health: { path: health }
    health: { path: "/a b" }
    health: { tcp: false }
    health: { grpc: false }
    health: { tcp: true, interval: 0s }
    health: { tcp: true, rise: 0 }
    stop: TERM
    stop: { signal: SIGTERM }
    data: .
    data: ../data
    data: a/../../b
    data: /var/data
    data: ~/data
    data-restore: ./restore
    environment:
    environment: [A=1]
    environment: { A: [1] }
    environment: { 1A: 1 }
    environment: { PORT: 1 }
    environment: { QUENCH_REVISION: 1 }
    secrets: A
    secrets: [A, A]
    secrets: [QUENCH_SIGNING_KEY]
    secrets: [quench_token]
    """

  private static let wrongSuites = """
    timeout: 1m
    swift-test:
    swift-test: { filters: A }
    swift-test: { tests-from: main }, tests-from: main
    command: ./smoke.sh, swift-test: {}
    command: ./smoke.sh, instances: some
    command: ./smoke.sh, instances: 0
    command: ./smoke.sh, shards: 0
    command: ./smoke.sh, timeout: 0s
    command: ./smoke.sh, tests-from: a..b
    command: ./smoke.sh, environment: { QUENCH_A: 1 }
    """

  /// Every key.
  static let full = """
    service:
      name: shop
      build: { command: make shop, timeout: 10m }
      outputs: [build/shop, public]
      run: ./shop --port ${PORT}
      health: { path: "/health?full=1", interval: 500ms, timeout: 2s, rise: 2, fall: 3, start-timeout: 3m }
      stop: { signal: INT, grace: 0s }
      environment: { LOG_LEVEL: info, PATTERN: "a b" }
      data: data
      data-snapshot: ./snapshot
      data-restore: { command: ./restore }
      secrets: [STRIPE_KEY]
      build-secrets: [NPM_TOKEN]
      secrets-file: ../shop.env
      prepare: ./migrate
      cleanup: |
        ./drop
        ./forget
      paths: [apps/shop, Package.swift]
      build-mode: clean
    dependencies:
      db:
        command: ./database.sh
        ready: { command: pg_isready, timeout: 30s }
        scope: instance
        prepare: createdb shop
        reset: dropdb shop
        cleanup: rm -rf data
        exports: { DATABASE_URL: "postgresql://127.0.0.1:${PORT}/shop" }
        stop: { signal: TERM, grace: 5s }
      cache: { use: REDIS_URL }
    suites:
      api:
        swift-test: { package: ., filter: APITests, skip: Slow, product: ShopPackageTests, tests-from: revision }
        instances: 2
        shards: 2
        timeout: 15m
        environment: { PORT: 1, LOCALE: C }
      smoke: { command: ./smoke.sh, tests-from: main }
    hot: { instances: 4, baseline: live, retain: 2, fallback: safe }
    cold: { instances: 2, retain: 1, bake: 30s, provider: process }
    balancer:
      engine: haproxy
      production: 0.0.0.0:8443
      test: 127.0.0.1:8081
      mode: hot-hot
      test-fallback: true
      protocol: tcp
      tls: { certificate: /etc/shop/chain.pem, key: /etc/shop/key.pem, test: true }
      timeouts: { first-byte: 10s, idle: 1h, drain: 1m }
      access-log: false
    gate:
      suites: [api, smoke]
      branch: main
      signers: [keys/ci.pub]
      minimum-runs: 2
      max-flake-rate: 0
      fast-forward: true
      build-mode: clean
      max-age: 7d
      approvals: { required: 1, keys: [keys/ann.pub], self: false }
      freeze: [{ from: Fri 16:00, to: Mon 08:00, reason: the weekend }]
    api:
      listen: 127.0.0.1:8443
      certificate: certs/api.pem
      key: certs/api.key
      clients: { authorities: certs/ci.pem, can: [read, promote, rollback, freeze, override] }

    """
}
