import Synchronization

/// Says now and then which suites still run, where nothing else is seen of them: CI systems end jobs that are silent.
final class Heartbeat: Sendable {
  private struct State {
    var running: [String: ContinuousClock.Instant] = [:]
    var ended: [String] = []
  }

  private let state = Mutex(State())
  private let console: Console
  private let interval: Duration

  /// Makes one that beats on `console` while ``run()`` does.
  init(console: Console, interval: Duration = .seconds(30)) {
    self.console = console
    self.interval = interval
  }

  /// Notes that a suite, or another part of it, began.
  func begin(_ suite: String) { state.withLock { $0.running[suite] = $0.running[suite] ?? .now } }

  /// Notes that a suite ended, and how.
  func end(_ suite: String, _ result: String) {
    state.withLock {
      $0.running[suite] = nil
      $0.ended.append("\(suite) \(result)")
    }
  }

  /// Beats until the task is cancelled.
  func run() async {
    while !Task.isCancelled {
      try? await Task.sleep(for: interval)
      if let line = line(at: .now), !Task.isCancelled { console.heartbeat(line) }
    }
  }

  /// What there is to say; nil while no suite runs.
  ///
  /// What has ended is said once.
  func line(at now: ContinuousClock.Instant) -> String? {
    state.withLock { state in
      guard !state.running.isEmpty else { return nil }
      let running = state.running.sorted { $0.key < $1.key }.map {
        "\($0.key) for \(($0.value.duration(to: now)).components.seconds) s"
      }
      let ended = state.ended.isEmpty ? "" : "; ended: \(state.ended.joined(separator: ", "))"
      state.ended = []
      return "  running   \(running.joined(separator: ", "))\(ended)"
    }
  }
}
