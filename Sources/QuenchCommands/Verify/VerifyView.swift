import Foundation
import QuenchBuild
import QuenchDiagnostics
import QuenchGit
import QuenchInstances
import QuenchSuites
import QuenchVerification
import Synchronization

/// Shows a verification while it runs: one live line on a terminal, one line per step elsewhere.
final class VerifyView: Sendable {
  private struct State {
    var suites: [String: SuiteCounts] = [:]
    var current: [String: String] = [:]
  }

  private let console: Console
  private let state = Mutex(State())
  private let repetitions: Int
  private let expected: ExpectedTimes
  private let heartbeat: Heartbeat
  private let beating: Task<Void, Never>

  init(console: Console, revision: Revision, request: VerificationRequest, expected: ExpectedTimes) {
    self.console = console
    self.expected = expected
    repetitions = request.repetitions
    heartbeat = Heartbeat(console: console)
    beating = Task { [heartbeat] in await heartbeat.run() }
    let style = console.errorStyle
    console.progress(
      "\(style.bold("verify")) \(revision.id.abbreviated)  \(revision.subject.printable.cut(to: 60))")
  }

  func show(_ event: VerificationEvent) {
    switch event {
    case .building:
      console.progress("  building" + ExpectedTimes.note(expected.build))
    case .buildLine(let line):
      console.detail(line)
      console.live("  build: \(line)")
    case .testsOfRevision(let suite):
      console.progress("  the tests of \(suite) are the revision's: they are built with the code they test")
    case .testsBuildLine(let line):
      console.detail(line)
      console.live("  tests: \(line)")
    case .built(let build):
      console.progress(
        "  built     sha256:\(build.digest.description.prefix(12))  "
          + (build.cached ? "from the store" : "in \(build.seconds.asSeconds)"))
    case .deploying(let count):
      console.live("  starting \(count.counting("hot instance"))")
    case .deployment(let event):
      console.show(event)
    case .deployed(let instances):
      console.progress(
        "  hot       \(instances.count.counting("instance")) healthy on "
          + instances.map { "127.0.0.1:\($0.port)" }.joined(separator: ", "))
    case .suiteStarted(let name, let instances):
      heartbeat.begin(name)
      console.detail("suite \(name) on \(instances.map(\.id).joined(separator: ", "))")
      console.live("  suite \(name)" + ExpectedTimes.note(expected.suites[name]))
    case .suiteProgress(let name, let progress):
      show(progress, of: name)
    case .suiteEnded(let result):
      state.withLock { $0.current[result.name] = nil }
      heartbeat.end(result.name, result.result.rawValue)
      if let runs = result.runs {
        console.progress("  run \(runs.count) of \(repetitions)  \(result.name): \(result.result.rawValue)")
      } else {
        console.detail("ended  \(result.name): \(result.result.rawValue)")
      }
    case .rollingBack(let revision):
      console.live(revision.map { "  rolling back to \($0.prefix(12))" } ?? "  stopping the hot instances")
    case .waiting(let holder):
      console.progress("  waiting   for \(holder)")
    }
  }

  func end() {
    beating.cancel()
    console.live("")
  }

  private func show(_ progress: SuiteProgress, of name: String) {
    switch progress {
    case .building(let line):
      console.live("  tests: \(line)")
    case .testStarted(let id):
      let line = state.withLock { state in
        state.current[name] = id
        return Self.line(state)
      }
      console.live(line)
    case .testEnded(let result, let counts):
      let line = state.withLock { state in
        state.suites[name] = counts
        return Self.line(state)
      }
      console.detail("\(result.result.rawValue.lowercased())  \(name)  \(result.id)")
      console.live(line)
    }
  }

  private static func line(_ state: State) -> String {
    let total = state.suites.values.reduce(0) { $0 + $1.total }
    let failed = state.suites.values.reduce(0) { $0 + $1.failed }
    let running = state.current.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
    return "  \(total.counting("test"))\(failed > 0 ? ", \(failed) failed" : "")  \(running)"
  }
}
