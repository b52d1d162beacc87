import Foundation
import QuenchBisect

/// How long it takes to choose what to run next in a large history, and the memory it takes.
enum Planning {
  static func rows(seed: UInt64) throws -> [Row] {
    try rows("80k", commits: 80_000, seconds: 1, seed: seed) + rows("1m", commits: 1_000_000, seconds: 15, seed: seed)
  }

  private static func rows(_ name: String, commits: Int, seconds limit: Double, seed: UInt64) throws -> [Row] {
    var generator = SeededGenerator(seed: seed)
    let parents = Histories.branched(commits, open: 60, &generator)
    let merges = parents.count { $0.count > 1 }
    let space = try Histories.space(parents)
    var rows: [Row] = []
    for assumption in [Assumption.deterministic, .flaky] {
      var options = BisectionOptions()
      options.assumption = assumption
      let ends = [
        Observation(space.bad, .ran(passed: [], failed: ["test"])),
        Observation(space.goods[0], .ran(passed: ["test"], failed: [])),
      ]
      var search = Bisection(space, tests: ["test"], options: options, resuming: ends)
      let first = time {
        search = Bisection(space, tests: ["test"], options: options, resuming: ends)
        return search.next()
      }
      var slowest = 0.0
      var runs = 0
      while runs < 12, let revision = search.next().first {
        let step = time {
          search.report(Observation(revision, .ran(passed: ["test"], failed: [])))
          return search.next()
        }
        slowest = max(slowest, step)
        runs += 1
      }
      let suffix = assumption == .flaky ? "-flaky" : ""
      rows.append(
        .atMost(
          "bisect-plan-\(name)\(suffix)", max(first, slowest), limit,
          String(
            format: "the first choice among %d commits (%d merges) in %.2f s, later ones in at most %.2f s / %.0f s",
            commits, merges, first, slowest, limit)))
    }
    if name == "80k" {
      let mebibytes = Double(peakMemory()) / 1_048_576
      rows.append(
        .atMost("bisect-memory-\(name)", mebibytes, 1024, String(format: "%.0f MiB at most / 1,024 MiB", mebibytes)))
    }
    return rows
  }

  private static func time(_ action: () -> [String]) -> Double {
    let start = ContinuousClock.now
    _ = action()
    let passed = start.duration(to: .now).components
    return Double(passed.seconds) + Double(passed.attoseconds) / 1e18
  }

  /// The most memory the process had resident so far, in bytes.
  private static func peakMemory() -> Int {
    var usage = rusage()
    #if canImport(Darwin)
      getrusage(RUSAGE_SELF, &usage)
      return usage.ru_maxrss
    #else
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      return usage.ru_maxrss * 1024
    #endif
  }
}
