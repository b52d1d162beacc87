import Foundation
import QuenchBisect
import QuenchDiagnostics
import QuenchGit

/// The search as `git bisect log` would write it, for `git bisect replay`.
///
/// Of several tests it is the first one's search: git knows one question.
struct BisectLog {
  private var lines: [String]

  init(_ search: BisectSearch, isOver: Bool) {
    let command = search.command, terms = (old: command.termOld, new: command.termNew)
    let hasOwnTerms = terms != (old: "good", new: "bad")
    let answer = search.bisection.answer, test = answer.tests.first
    var start = "git bisect start"
    // Each word in quotes of its own, as git writes them: it takes them apart without a shell.
    if hasOwnTerms { start += " '--term-new' '\(terms.new)' '--term-old' '\(terms.old)'" }
    if command.firstParent { start += " '--first-parent'" }
    if !command.paths.isEmpty { start += " '--'" + command.paths.map { " '\($0)'" }.joined() }
    lines = [start]
    func line(_ id: String, _ word: String) {
      let subject = search.runner.revisions[id]?.subject ?? ""
      lines += ["# \(word): [\(id)] \(subject.printable)", "git bisect \(word) \(id)"]
    }
    let bad = search.question.bad.id.description, goods = search.question.goods.map(\.id.description)
    line(bad, terms.new)
    for good in goods { line(good, terms.old) }
    var seen = Set([bad] + goods)
    let places = Set(search.question.space.candidates + search.question.space.mergeBases)
    for observation in search.runner.observations where places.contains(observation.revision) {
      guard seen.insert(observation.revision).inserted else { continue }
      let runs = test.map { search.runner.results(of: $0.test, at: observation.revision) } ?? []
      if runs.isEmpty {
        if search.bisection.isSilent(observation) { line(observation.revision, "skip") }
      } else if test?.assumption != .flaky {
        line(observation.revision, runs[0] ? terms.new : terms.old)
      } else if runs.contains(true) {
        // What a flaky test passes by luck is told nobody; where it fails often, it is broken.
        if runs.count(where: \.self) * 2 > runs.count { line(observation.revision, terms.new) }
      } else {
        line(observation.revision, terms.old)
      }
    }
    if isOver, case .found(let culprit)? = test?.standing {
      let subject = search.runner.revisions[culprit]?.subject ?? ""
      lines.append("# first \(terms.new) commit: [\(culprit)] \(subject.printable)")
    }
  }

  /// Writes it, in place of an earlier one.
  ///
  /// - Throws: `BisectFailure` with code `bisection-log-unwritable`.
  func write(to path: String) throws(BisectFailure) {
    do {
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw BisectFailure(
        .logUnwritable, "the log \(path) cannot be written", remedy: "give --log a file that can be written",
        cause: error)
    }
  }
}
