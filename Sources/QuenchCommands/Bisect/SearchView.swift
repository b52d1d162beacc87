import Foundation
import QuenchBisect
import QuenchDiagnostics
import QuenchProcesses

/// Shows on a terminal, after each run, where the culprits may be and how much is left to do.
struct SearchView {
  private let console: Console
  private let jobs: Int
  private var ended: [ContinuousClock.Instant] = [.now]

  init(_ console: Console, jobs: Int) {
    self.console = console
    self.jobs = jobs
  }

  /// Shows what is known after a run.
  mutating func show(_ bisection: Bisection) {
    ended.append(.now)
    let tests = bisection.answer.tests.filter { $0.standing == .open }
    let beliefs = tests.compactMap { bisection.probabilities(of: $0.test) }
    guard let widest = beliefs.max(by: { Self.bits($0) < Self.bits($1) }) else { return }
    var likeliest = widest
    for belief in beliefs { for index in belief.indices { likeliest[index] = max(likeliest[index], belief[index]) } }
    let left = likeliest.count { $0 > 1e-9 }
    var words = "\(left.counting("commit")) left"
    // How many runs a flaky test takes hangs on how often it errs.
    if tests.allSatisfy({ $0.assumption == .deterministic }) {
      let runs = Int((Self.bits(widest) / log2(Double(jobs + 1))).rounded(.up)), seconds = secondsPerRun
      words += ", about \((runs * jobs).counting("run")), \((Double(runs) * seconds).asSeconds)"
    }
    if ended.count == 2 { console.picture("  how likely each commit is to blame, from the good end to the bad one:") }
    console.picture("  │\(HeatStrip(likeliest, width: min(60, Console.width - 50)))│  \(words)")
  }

  /// The time from one end of a run to the next, of the last few.
  private var secondsPerRun: Double {
    let last = ended.suffix(5)
    guard let first = last.first, let end = last.last, last.count > 1 else { return 0 }
    return (end - first).seconds / Double(last.count - 1) * Double(jobs)
  }

  /// The entropy, in bits: how many runs of two equally likely results it takes.
  private static func bits(_ probabilities: [Double]) -> Double {
    probabilities.reduce(0) { $1 > 0 ? $0 - $1 * log2($1) : $0 }
  }
}
