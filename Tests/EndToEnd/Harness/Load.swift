import Foundation
import Synchronization

/// Requests without end on a few connections, and what came of them.
///
/// It is bounded in count and time, and paced: it shows that nothing is lost, not how much can be carried.
final class Load: Sendable {
  struct Tally: Sendable, CustomStringConvertible {
    var answered = 0
    /// Requests without an answer, and those whose answer blames the service.
    var failures: [String] = []
    /// How many answers each revision gave.
    var revisions: [String: Int] = [:]

    var description: String {
      "\(answered) answered by \(revisions), \(failures.count) failed: \(failures.prefix(5))"
    }
  }

  private struct State {
    var running = true
    /// One for each stretch between marks.
    var tallies = [Tally()]
  }

  private static let requestsPerConnection = 20_000
  private static let limit = Duration.seconds(180)
  private static let pause: UInt32 = 8_000

  private let port: Int
  private let methods: [String]
  private let state = Mutex(State())

  private init(port: Int, methods: [String]) {
    self.port = port
    self.methods = methods
  }

  /// Sends requests while the body runs, and gives the tally of all of them.
  @discardableResult
  static func on(
    port: Int, methods: [String] = ["GET", "POST"], connections: Int = 4,
    while body: @Sendable (Load) async throws -> Void
  ) async throws -> Tally {
    let load = Load(port: port, methods: methods)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<connections { group.addTask { await load.drive() } }
      defer { load.stop() }
      try await body(load)
      load.stop()
      try await group.waitForAll()
      return load.total
    }
  }

  /// Ends a stretch, and gives its tally so far: requests sent from now on count for the next.
  @discardableResult
  func mark() -> Tally {
    state.withLock { state in
      state.tallies.append(Tally())
      return state.tallies[state.tallies.count - 2]
    }
  }

  /// What became of the requests sent since the last mark.
  var current: Tally { state.withLock { $0.tallies[$0.tallies.count - 1] } }

  /// Waits until so many requests that were sent from now on are answered, and gives their tally.
  func answers(_ count: Int) async throws -> Tally {
    mark()
    _ = try await comesTrue(within: .seconds(30)) { current.answered >= count }
    return current
  }

  var total: Tally {
    state.withLock { state in
      state.tallies.reduce(into: Tally()) { total, part in
        total.answered += part.answered
        total.failures += part.failures
        total.revisions.merge(part.revisions, uniquingKeysWith: +)
      }
    }
  }

  private func stop() {
    state.withLock { $0.running = false }
  }

  /// Drives one connection, on a thread of its own.
  private func drive() async {
    await withCheckedContinuation { ended in
      let thread = Thread {
        var connection = KeepAliveConnection(port: self.port)
        let end = ContinuousClock.now + Self.limit
        for number in 0..<Self.requestsPerConnection {
          guard let stretch = self.stretch(), ContinuousClock.now < end else { break }
          do throws(NoAnswer) {
            let method = self.methods[number % self.methods.count]
            self.note(try connection.request(method, "/items/\(number)"), in: stretch)
          } catch {
            self.note(failure: error.description, in: stretch)
          }
          usleep(Self.pause)
        }
        ended.resume()
      }
      thread.stackSize = 512 * 1024
      thread.start()
    }
  }

  /// The stretch a request sent now counts for; nil when no more are to be sent.
  private func stretch() -> Int? {
    state.withLock { $0.running ? $0.tallies.count - 1 : nil }
  }

  private func note(_ answer: HTTPAnswer, in stretch: Int) {
    guard answer.status < 400, let revision = answer.revision else {
      return note(failure: "\(answer.status) \(answer.body.prefix(200))", in: stretch)
    }
    state.withLock { state in
      state.tallies[stretch].answered += 1
      state.tallies[stretch].revisions[revision, default: 0] += 1
    }
  }

  private func note(failure: String, in stretch: Int) {
    state.withLock { $0.tallies[stretch].failures.append(failure) }
  }
}
