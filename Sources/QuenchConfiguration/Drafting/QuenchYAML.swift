/// Writes a draft as the text of a `quench.yml` with comments that say what else there is.
public enum QuenchYAML {
  /// The text of `draft`; it reads back as the draft's ``ConfigurationDraft/configuration``.
  ///
  /// A draft whose values no `quench.yml` could have, such as a suite without a name, is written as it is and
  /// refused when it is read.
  public static func text(of draft: ConfigurationDraft) -> String {
    var lines = [
      "# Quench: test it hot, ship it cold. Every key with its type, default and meaning: Configuration.md, which is in",
      "# Sources/quench/Quench.docc of Quench's repository, and in share/doc/quench where Quench is installed.", "",
    ]
    lines += service(draft)
    lines.append("")
    lines += suites(draft.suites)
    lines += rest
    return lines.joined(separator: "\n") + "\n"
  }

  private static func service(_ draft: ConfigurationDraft) -> [String] {
    var lines = ["service:", "  name: \(YAMLScalar.text(draft.name))"]
    if let build = draft.build {
      lines += [
        "  # Runs in a checkout of the revision.",
        "  build: \(command(build, inFlow: false))",
      ]
    }
    if !draft.outputs.isEmpty {
      lines += [
        "  # What the artifact holds; each lands at its root under its last component, of `.` all that is in the checkout. What",
        "  # is in them and not committed is removed before each build: name what is made, not the folder it is made in.",
        "  outputs: \(YAMLScalar.list(draft.outputs))",
      ]
    }
    lines += [
      "  # The service itself, in a fresh directory that holds the artifact. PORT and QUENCH_* are environment variables.",
      "  run: \(YAMLScalar.text(draft.run, inFlow: false))",
      "  # One of path: /…, tcp: true, command: …, grpc: true.",
      "  health: \(health(draft.health))",
      "  # stop: { signal: TERM, grace: 10s }",
      "  # environment: { LOG_LEVEL: info }      # nothing else is inherited but PATH, HOME, LANG and TMPDIR",
      "  # secrets: [STRIPE_KEY]                 # variables of the runner to let through",
    ]
    if let data = draft.data {
      lines += [
        "  # Reset before each suite and on rollback; cold instances keep theirs.", "  data: \(YAMLScalar.text(data))",
      ]
    } else {
      lines.append("  # data: data                            # a folder that is reset before each suite")
    }
    return lines
  }

  private static func health(_ health: HealthConfiguration) -> String {
    let standard = HealthConfiguration()
    let probe =
      switch health.probe {
      case .http(let path): "path: \(YAMLScalar.text(path))"
      case .tcp: "tcp: true"
      case .command(let command): "command: \(self.command(command))"
      case .grpc(let service): "grpc: \(service.map { YAMLScalar.text($0) } ?? "true")"
      }
    var parts = [probe]
    if health.interval != standard.interval { parts.append("interval: \(DurationText.format(health.interval))") }
    if health.timeout != standard.timeout { parts.append("timeout: \(DurationText.format(health.timeout))") }
    if health.rise != standard.rise { parts.append("rise: \(health.rise)") }
    if health.fall != standard.fall { parts.append("fall: \(health.fall)") }
    if health.startTimeout != standard.startTimeout {
      parts.append("start-timeout: \(DurationText.format(health.startTimeout))")
    }
    return "{ \(parts.joined(separator: ", ")) }"
  }

  private static func suites(_ suites: [SuiteConfiguration]) -> [String] {
    guard !suites.isEmpty else {
      return [
        "# No tests were found, and without a suite nothing is verified. One is `swift-test: { package: ., filter: … }` or",
        "# any command that exits with 0 only when its tests have run and passed:",
        "# suites:", "#   smoke:", "#     command: ./smoke.sh",
      ]
    }
    var lines = [
      "# Suites reach the service at QUENCH_BASE_URL; `instances: none` is for those that need none.", "suites:",
    ]
    for suite in suites {
      lines.append("  \(YAMLScalar.text(suite.name)):")
      switch suite.kind {
      case .swiftTest(let test): lines.append("    swift-test: \(swiftTest(test, from: suite.testsFrom))")
      case .command(let command):
        lines.append("    command: \(self.command(command, inFlow: false))")
        if suite.testsFrom != .revision { lines.append("    tests-from: \(testsFrom(suite.testsFrom))") }
      }
      switch suite.instances {
      case .none: lines.append("    instances: none")
      case .count(1): break
      case .count(let count): lines.append("    instances: \(count)")
      }
      if suite.shards != 1 { lines.append("    shards: \(suite.shards)") }
      if let timeout = suite.timeout { lines.append("    timeout: \(DurationText.format(timeout))") }
      if !suite.environment.isEmpty {
        let pairs = suite.environment.sorted { $0.key < $1.key }.map { "\($0.key): \(YAMLScalar.text($0.value))" }
        lines.append("    environment: { \(pairs.joined(separator: ", ")) }")
      }
    }
    return lines
  }

  private static func swiftTest(_ test: SwiftTestConfiguration, from: SuiteConfiguration.TestsFrom) -> String {
    var parts = ["package: \(YAMLScalar.text(test.package))"]
    if let filter = test.filter { parts.append("filter: \(YAMLScalar.text(filter))") }
    if let skip = test.skip { parts.append("skip: \(YAMLScalar.text(skip))") }
    if let product = test.product { parts.append("product: \(YAMLScalar.text(product))") }
    if from != .revision { parts.append("tests-from: \(testsFrom(from))") }
    return "{ \(parts.joined(separator: ", ")) }"
  }

  private static func testsFrom(_ from: SuiteConfiguration.TestsFrom) -> String {
    switch from {
    case .revision: "revision"
    case .workingTree: "working-tree"
    case .named(let name): YAMLScalar.text(name)
    }
  }

  private static func command(_ command: CommandConfiguration, inFlow: Bool = true) -> String {
    guard let timeout = command.timeout else { return YAMLScalar.text(command.command, inFlow: inFlow) }
    return "{ command: \(YAMLScalar.text(command.command)), timeout: \(DurationText.format(timeout)) }"
  }

  /// The sections that a first file leaves at their defaults.
  private static let rest = [
    "",
    "# The hot instances that suites share, the cold ones that serve production, and where its traffic and that of tests",
    "# arrives; these are the defaults.",
    "# hot: { instances: 2, baseline: live, retain: 2 }",
    "# cold: { instances: 2, retain: 1, bake: 30s }",
    "# balancer: { engine: embedded, production: 127.0.0.1:8080, test: 127.0.0.1:8081 }",
  ]
}
