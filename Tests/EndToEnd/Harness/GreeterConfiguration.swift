/// A `quench.yml` for the greeter, with what a test wants different.
struct GreeterConfiguration {
  var build = "mkdir -p build && cp greeter.py build/greeter"
  var run = "./greeter --port ${PORT}"
  /// More lines of the service section, without their indentation.
  var service: [String] = ["data: data"]
  /// Suites' names with their commands.
  var suites: [(name: String, command: String)] = [("smoke", "./smoke.sh")]
  var instances = 1
  /// How long the service may take to stop.
  var grace = "2s"
  /// More lines at the top level.
  var more: [String] = []

  var text: String {
    var lines = [
      "service:", "  name: greeter", "  build: |", indented(build, by: 4), "  outputs: [build/greeter]", "  run: |",
      indented(run, by: 4),
      "  health: { path: /health, interval: 50ms, timeout: 2s, rise: 1, fall: 3, start-timeout: 30s }",
      "  stop: { signal: TERM, grace: \(grace) }",
    ]
    lines += service.map { "  \($0)" }
    lines += ["suites:"]
    for suite in suites {
      lines += ["  \(suite.name):", "    command: |", indented(suite.command, by: 6)]
    }
    lines += ["hot: { instances: \(instances) }"] + more
    return lines.joined(separator: "\n") + "\n"
  }

  private func indented(_ text: String, by columns: Int) -> String {
    let space = String(repeating: " ", count: columns)
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { space + $0 }.joined(separator: "\n")
  }
}

extension GreeterConfiguration {
  /// One whose service and suite ignore every request to stop, and whose clean-up says that it ran.
  static var stubborn: GreeterConfiguration {
    let deaf = "trap '' TERM INT; "
    var configuration = GreeterConfiguration(
      service: ["data: data", "cleanup: echo cleaned $QUENCH_INSTANCE_ID"],
      suites: [("check", deaf + "sleep 300; sleep 300; sleep 300")])
    configuration.run = deaf + "./greeter --port ${PORT} & while :; do sleep 1; done"
    configuration.grace = "60s"
    return configuration
  }
}
