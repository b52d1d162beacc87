extension WrongFile {
  /// Faults outside of `service`.
  static let host: [WrongFile] = [
    .rest("a list of suites", "suites: [api]\n", "2:9 wrong-type"),
    .rest("a word for a suite", "suites: { api: x }\n", "2:16 wrong-type"),
    .rest("a suite's name in capitals", "suites: { API Tests: { command: x } }\n", "2:11 bad-value -> api-tests"),
    .rest("no kind", "suites:\n  api: { shards: 1 }\n", "3:3 missing-key"),
    .rest("both kinds", "suites:\n  api: { command: x, swift-test: {} }\n", "3:22 bad-value"),
    .rest(
      "a misspelt kind", "suites:\n  api: { swift-tests: {} }\n", "3:3 missing-key", "3:10 unknown-key -> swift-test"),
    .rest("a misspelt filter", "suites: { api: { swift-test: { fliter: x } } }\n", "2:32 unknown-key -> filter"),
    .rest("a package outside", "suites: { api: { swift-test: { package: ../x } } }\n", "2:41 bad-value"),
    .rest(
      "a misspelt origin", "suites: { api: { swift-test: { tests-from: revison } } }\n", "2:44 bad-value -> revision"),
    .rest(
      "an origin in two words", "suites: { a: { command: x, tests-from: Working_Tree } }\n",
      "2:40 bad-value -> working-tree"),
    .rest(
      "an origin twice", "suites: { a: { swift-test: { tests-from: revision }, tests-from: revision } }\n",
      "2:54 duplicate-key"),
    .rest("an option for a revision", "suites: { a: { command: x, tests-from: --all } }\n", "2:40 bad-value"),
    .rest("no instances", "suites: { a: { command: x, instances: 0 } }\n", "2:39 bad-value -> none"),
    .rest("fewer than no instances", "suites: { a: { command: x, instances: -1 } }\n", "2:39 bad-value"),
    .rest("None for none", "suites: { a: { command: x, instances: None } }\n", "2:39 bad-value -> none"),
    .rest("more instances than hot", "suites: { a: { command: x, instances: 3 } }\n", "2:39 bad-value"),
    .rest("no shards", "suites: { a: { command: x, shards: 0 } }\n", "2:36 bad-value"),
    .rest(
      "more shards than hot instances", "suites: { a: { command: x, shards: 4 } }\nhot: { instances: 3 }\n",
      "2:36 bad-value"),
    .rest(
      "shards beside hot instances that can not be read",
      "suites: { a: { command: x, shards: 4 } }\nhot: { instances: three }\n", "3:19 wrong-type"),
    .rest(
      "QUENCH_ in a suite", "suites: { a: { command: x, environment: { QUENCH_BASE_URL: y } } }\n", "2:43 bad-value"),
    .rest("no hot instances", "hot: { instances: 0 }\n", "2:19 bad-value"),
    .rest("LIVE for live", "hot: { baseline: LIVE }\n", "2:18 bad-value -> live"),
    .rest("a misspelt fallback", "hot: { fallback: save }\n", "2:18 bad-value -> safe"),
    .rest("retention below nothing", "hot: { retain: -1 }\n", "2:16 bad-value"),
    .rest("cold's unknown key", "cold: { backe: 30s }\n", "2:9 unknown-key -> bake"),
    .rest("a bake without unit", "cold: { bake: 30 }\n", "2:15 bad-value -> 30s"),
    .rest("a misspelt provider", "cold: { provider: proces }\n", "2:19 bad-value -> process"),
    .rest("a misspelt engine", "balancer: { engine: ha-proxy }\n", "2:21 bad-value -> haproxy"),
    .rest("a mode with an underscore", "balancer: { mode: hot_warm }\n", "2:19 bad-value -> hot-warm"),
    .rest("only a port", "balancer: { production: 80 }\n", "2:25 bad-value -> 127.0.0.1:80"),
    .rest("no host", "balancer: { test: \":80\" }\n", "2:19 bad-value -> 127.0.0.1:80"),
    .rest("a port too high", "balancer: { production: a:65536 }\n", "2:25 bad-value"),
    .rest("a port in letters", "balancer: { production: a:http }\n", "2:25 bad-value"),
    .rest("no IPv4 address", "balancer: { production: 256.0.0.1:80 }\n", "2:25 bad-value"),
    .rest("an IPv6 address in a list", "balancer:\n  production: [fe80::1]\n", "3:15 wrong-type"),
    .rest("an IPv6 address without brackets", "balancer: { test: \"::1:80\" }\n", "2:19 bad-value -> [::1]:80"),
    .rest("an IPv6 address, bare", "balancer: { test: fe80::2:80 }\n", "2:19 bad-value -> [fe80::2]:80"),
    .rest(
      "one listener for both", "balancer: { production: 127.0.0.1:80, test: localhost:80 }\n",
      "2:45 bad-value -> localhost:81"),
    .rest("production on the tests' port", "balancer: { production: 0.0.0.0:8081 }\n", "2:25 bad-value"),
    .rest("1 for true", "balancer: { test-fallback: 1 }\n", "2:28 wrong-type -> true"),
    .rest("a certificate without its key", "balancer: { tls: { certificate: a.pem } }\n", "2:13 missing-key -> key:"),
    .rest(
      "a misspelt certificate", "balancer: { tls: { certifcate: a, key: b } }\n", "2:13 missing-key -> certificate:",
      "2:20 unknown-key -> certificate"),
    .rest(
      "a key in place of its path", "balancer: { tls: { certificate: a, key: -----BEGIN PRIVATE KEY----- } }\n",
      "2:41 bad-value"),
    .rest("a certificate at home", "balancer: { tls: { certificate: ~/a, key: b } }\n", "2:33 bad-value"),
    .rest("TLS without anything", "balancer:\n  tls:\n", "3:3 wrong-type"),
    .rest(
      "TLS for tests of a kind", "balancer: { tls: { certificate: a, key: b, test: yes } }\n", "2:50 wrong-type -> true"
    ),
    .rest("an unknown timeout", "balancer: { timeouts: { first_byte: 1s } }\n", "2:25 unknown-key -> first-byte"),
    .rest("a timeout without unit", "balancer: { timeouts: { idle: 300 } }\n", "2:31 bad-value -> 300s"),
    .rest("no time at all", "balancer: { timeouts: { first-byte: 0s } }\n", "2:37 bad-value"),
    .rest("a drain of weeks", "balancer: { timeouts: { drain: 14d } }\n", "2:32 bad-value"),
    .rest("one timeout for all", "balancer: { timeouts: 30s }\n", "2:23 wrong-type"),
    .rest("a log that is on", "balancer: { access-log: on }\n", "2:25 wrong-type -> true"),
    .rest("a protocol in capitals", "balancer: { protocol: HTTP }\n", "2:23 bad-value -> http"),
    .rest(
      "an unknown suite", "suites: { smoke: { command: x } }\ngate: { suites: [smok, api] }\n",
      "3:18 bad-value -> smoke", "3:24 bad-value"),
    .rest(
      "a suite with faults of its own", "suites: { smoke: { comand: x } }\ngate: { suites: [smoke] }\n",
      "2:11 missing-key", "2:20 unknown-key -> command"),
    .rest("no suite at all", "gate: { suites: [] }\n", "2:17 bad-value"),
    .rest("a signer twice", "gate: { signers: [a.pub, a.pub] }\n", "2:26 bad-value"),
    .rest("signers commented out", "gate:\n  signers:\n  #  - a.pub\n", "3:3 wrong-type"),
    .rest("a rate in percent", "gate: { max-flake-rate: 5% }\n", "2:25 wrong-type -> 0.05"),
    .rest("a rate above one", "gate: { max-flake-rate: 5 }\n", "2:25 bad-value"),
    .rest("an age without unit", "gate: { max-age: 7 }\n", "2:18 bad-value -> 7d"),
    .rest("approvals by nobody", "gate: { approvals: { required: 2 } }\n", "2:9 missing-key -> keys:"),
    .rest("more approvals than keys", "gate: { approvals: { required: 2, keys: [a] } }\n", "2:32 bad-value"),
    .rest("a branch with spaces", "gate: { branch: \"a b\" }\n", "2:17 bad-value"),
    WrongFile(
      "faults everywhere",
      "service: { name: [], run: x, biuld: y }\nhot: { instances: x }\ncold: { bake: 1 }\ngate: { brunch: main }\n",
      "1:18 wrong-type", "1:30 unknown-key -> build", "2:19 wrong-type", "3:15 bad-value -> 1s",
      "4:9 unknown-key -> branch"),
  ]
}
