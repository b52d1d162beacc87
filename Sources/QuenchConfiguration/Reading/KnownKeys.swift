/// Every key of `quench.yml`, by the mapping it stands in.
enum KnownKeys {
  static let file = ["service", "dependencies", "suites", "hot", "cold", "balancer", "gate", "api"]
  /// The sections that speak of the service, which a revision has of its own.
  static let ofService = ["service", "dependencies"]
  static let service = [
    "name", "build", "outputs", "run", "health", "stop", "environment", "data", "data-snapshot", "data-restore",
    "secrets", "build-secrets", "secrets-file", "dependencies", "prepare", "cleanup", "paths", "build-mode",
  ]
  static let command = ["command", "timeout"]
  static let probes = ["path", "tcp", "command", "grpc"]
  static let health = probes + ["interval", "timeout", "rise", "fall", "start-timeout"]
  static let stop = ["signal", "grace"]
  static let dependencySources = ["command", "use", "image"]
  static let dependency = dependencySources + ["ready", "scope", "prepare", "reset", "cleanup", "exports", "stop"]
  static let suiteKinds = ["swift-test", "command"]
  static let suite = suiteKinds + ["tests-from", "instances", "shards", "timeout", "environment"]
  static let swiftTest = ["package", "filter", "skip", "product", "tests-from"]
  static let hot = ["instances", "baseline", "retain", "fallback"]
  static let cold = ["instances", "retain", "bake", "provider"]
  static let balancer = [
    "engine", "production", "test", "mode", "test-fallback", "protocol", "tls", "timeouts", "access-log",
  ]
  static let tls = ["certificate", "key", "test"]
  static let balancerTimeouts = ["first-byte", "idle", "drain"]
  static let gate = [
    "suites", "branch", "signers", "minimum-runs", "max-flake-rate", "fast-forward", "build-mode", "max-age",
    "approvals", "freeze",
  ]
  static let api = ["listen", "certificate", "key", "clients"]
  static let apiClients = ["authorities", "can"]
  static let signer = ["key", "suites"]
  static let approver = ["key", "user", "emails"]
  static let freeze = ["from", "to", "reason"]
  static let approvals = ["required", "keys", "self"]

  /// The mappings by their paths; those that stand in several places, by one of them.
  static let places: [(place: String, keys: [String])] = [
    ("", file), ("service", service), ("hot", hot), ("cold", cold), ("balancer", balancer), ("gate", gate),
    ("service.health", health), ("service.stop", stop), ("suites.<name>", suite),
    ("suites.<name>.swift-test", swiftTest), ("gate.approvals", approvals), ("gate.signers", signer),
    ("gate.freeze", freeze), ("api", api), ("api.clients", apiClients), ("gate.approvals.keys", approver),
    ("balancer.tls", tls),
    ("service.build", command), ("balancer.timeouts", balancerTimeouts),
    ("dependencies.<name>", dependency),
  ]

  /// Where else `key` stands, as a path; nil when nowhere.
  static func place(of key: String) -> String? {
    places.first { $0.keys.contains(key) }.map { $0.place.isEmpty ? key : "\($0.place).\(key)" }
  }
}
