import Foundation

/// A `quench.yml` for the turncoat behind a balancer, with what a test wants different.
struct ProductionConfiguration: Sendable {
  private(set) var production = LoopbackPort.free()
  private(set) var test = LoopbackPort.free()
  /// `QUENCH_TEST_ENGINE` chooses another engine for all tests of production.
  var engine = ProcessInfo.processInfo.environment["QUENCH_TEST_ENGINE"] ?? "embedded"
  var smoke = "test ! -e bad"
  var hot = "{ instances: 1 }"
  var coldInstances = 2
  var bake = "300ms"
  var grace = "2s"
  var startTimeout = "30s"
  /// What the balancer's section has besides, each with a comma before it.
  var balancer = ""
  /// More lines of the service section, without their indentation.
  var service: [String] = []

  /// The same for all tests that want the same.
  var textWithoutPorts: String {
    var other = self
    (other.production, other.test) = (1, 2)
    return other.text
  }

  var text: String {
    """
    service:
      name: turncoat
      build: mkdir -p build && cp turncoat.py build/turncoat
      outputs: [build/turncoat]
      run: ./turncoat --port ${PORT}
      health: { path: /health, interval: 100ms, timeout: 5s, rise: 1, fall: 2, start-timeout: \(startTimeout) }
      stop: { signal: TERM, grace: \(grace) }
    \(service.map { "  \($0)\n" }.joined())suites:
      smoke:
        command: \(smoke)
    hot: \(hot)
    cold: { instances: \(coldInstances), retain: 1, bake: \(bake) }
    balancer: { engine: \(engine), production: 127.0.0.1:\(production), test: 127.0.0.1:\(test)\(balancer) }
    gate: { suites: [smoke] }

    """
  }
}
