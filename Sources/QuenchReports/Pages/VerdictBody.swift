import Foundation
import QuenchDiagnostics
import QuenchEvidence
import QuenchSuites

/// What the template of a verdict's page is filled with.
struct VerdictBody {
  struct Test {
    let tone: String, mark: String, result: String, name: String, seconds: String
    let place: String?, message: String?

    init(_ test: TestResult) {
      (tone, mark, result) = (test.result.tone.rawValue, test.result.tone.mark, test.result.word)
      name = Excerpt.line(test.id)
      seconds = test.durationSeconds?.asSeconds ?? ""
      place = test.file.map { Excerpt.line("\($0)\(test.line.map { ":\($0)" } ?? "")") }
      message = test.message.map(Excerpt.text)
    }
  }

  struct Suite {
    let tone: String, mark: String, result: String, name: String, counts: String, seconds: String
    let why: String?, leftOut: String?
    let isOpen: Bool, hasTests: Bool
    let tests: [Test]

    init(_ suite: SuiteResult) {
      let outcome = suite.soundResult
      (tone, mark, result) = (outcome.tone.rawValue, outcome.tone.mark, outcome.rawValue)
      (name, seconds) = (Excerpt.line(suite.name), suite.durationSeconds.asSeconds)
      counts = SuiteCounts(suite).description
      why = suite.reason.map(Excerpt.text)
      isOpen = outcome != .passed
      // What failed is looked for first, and is there however many tests there are.
      let sorted = suite.tests.filter { $0.result.tone == .bad } + suite.tests.filter { $0.result.tone != .bad }
      tests = sorted.prefix(VerdictPage.mostTests).map(Test.init)
      hasTests = !tests.isEmpty
      let rest = sorted.count - tests.count
      leftOut = rest > 0 ? "and \(rest.counting("test")) more" : nil
    }
  }

  struct Neighbour {
    let tone: String, mark: String, result: String, short: String, subject: String
    let isHere: Bool
  }

  struct Earlier {
    let begun: String, tone: String, mark: String, result: String, suites: String, seconds: String

    init(_ verdict: Verdict) {
      (tone, mark) = (verdict.result.tone.rawValue, verdict.result.tone.mark)
      (begun, result) = (verdict.started.formatted(.iso8601), verdict.result.rawValue)
      suites = Excerpt.line(verdict.suites.map { "\($0.soundResult.tone.mark) \($0.name)" }.joined(separator: "  "))
      seconds = verdict.timings.total.asSeconds
    }
  }

  struct Fact { let name: String, value: String, isCode: Bool }
  struct Instance { let id: String, port: String, revision: String }
  struct Testimony { let tone: String, mark: String, text: String, detail: String }
  struct Log { let name: String, size: String, text: String }

  let service: String, tone: String, mark: String, result: String
  let subject: String, revision: String, author: String, committed: String
  let verified: String, total: String, ending: String
  let reason: String?
  let suites: [Suite], flaky: [String], history: [Neighbour], earlier: [Earlier], facts: [Fact]
  let instances: [Instance], evidence: [Testimony], logs: [Log]
  let hasFlaky: Bool, hasEarlier: Bool, hasInstances: Bool, hasEvidence: Bool

  init(_ page: VerdictPage) {
    let verdict = page.verdict, outcome = verdict.result
    service = Excerpt.line(verdict.service)
    (tone, mark, result) = (outcome.tone.rawValue, outcome.tone.mark, outcome.rawValue)
    (subject, author) = (Excerpt.line(page.commit.subject), Excerpt.line(page.commit.author))
    (revision, committed) = (page.commit.id, page.commit.committed.formatted(.iso8601))
    (verified, total) = (verdict.started.formatted(.iso8601), verdict.timings.total.asSeconds)
    ending =
      verdict.rolledBackTo.map { "afterwards the hot set was rolled back to \($0.prefix(7))" }
      ?? (verdict.instances.isEmpty ? "nothing that it started was left running" : "its hot instances were stopped")
    reason = verdict.reason.map(Excerpt.text)
    suites = verdict.suites.map(Suite.init)
    flaky = (verdict.flakiness ?? []).filter { $0.failures > 0 && $0.failures < $0.runs }.map {
      Excerpt.line("\($0.suite): \($0.test) failed \($0.failures) of \($0.runs.counting("run"))")
    }
    history = page.history.map { neighbour in
      let tone = neighbour.result?.tone ?? .idle
      return Neighbour(
        tone: tone.rawValue, mark: tone.mark, result: neighbour.result?.rawValue ?? "not verified",
        short: String(neighbour.commit.id.prefix(7)), subject: Excerpt.line(neighbour.commit.subject),
        isHere: neighbour.commit.id == page.commit.id)
    }
    earlier = page.earlier.map(Earlier.init)
    facts = Self.facts(verdict)
    instances = verdict.instances.map {
      Instance(id: Excerpt.line($0.id), port: String($0.port), revision: Excerpt.line(String($0.revision.prefix(7))))
    }
    evidence = page.evidence.map {
      Testimony(
        tone: $0.tone.rawValue, mark: $0.tone.mark, text: Excerpt.line($0.text), detail: Excerpt.line($0.detail))
    }
    logs = page.logs.map { log in
      Log(
        name: Excerpt.line(log.name), size: log.size.formatted(.byteCount(style: .file)), text: Excerpt.plain(log.text))
    }
    (hasFlaky, hasEarlier, hasInstances) = (!flaky.isEmpty, !earlier.isEmpty, !instances.isEmpty)
    hasEvidence = !evidence.isEmpty
  }

  private static func facts(_ verdict: Verdict) -> [Fact] {
    var facts: [Fact] = []
    func add(_ name: String, _ value: String?, isCode: Bool = false) {
      if let value, !value.isEmpty {
        facts.append(Fact(name: Excerpt.line(name), value: Excerpt.line(value), isCode: isCode))
      }
    }
    add("Artifact", verdict.build.map { "sha256:\($0.digest)" } ?? "there was no build", isCode: verdict.build != nil)
    add("Build key", verdict.build?.key, isCode: true)
    add("Made", verdict.build.map { "\($0.mode ?? "before")\($0.cached ? ", taken from the store" : "")" })
    add("Platform", verdict.build?.platform)
    for (tool, version) in (verdict.build?.toolchain ?? [:]).sorted(by: { $0.key < $1.key }) { add(tool, version) }
    add("Isolation", verdict.isolation)
    add("Tree", verdict.tree, isCode: true)
    let timings = verdict.timings
    add(
      "Time",
      [
        ("checkout", timings.checkout), ("build", timings.build), ("deploy", timings.deploy),
        ("suites", timings.suites),
        ("rollback", timings.rollback),
      ].map { "\($0.0) \($0.1.asSeconds)" }.joined(separator: ", "))
    for line in verdict.leftBehind ?? [] { add("Left behind", line) }
    return facts
  }
}
