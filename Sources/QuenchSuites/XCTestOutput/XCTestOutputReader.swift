import SystemPackage

/// Reads what XCTest prints while it runs a known list of tests.
///
/// XCTest writes to the same output as the tests, so every line is a claim only: the claims on each test are kept, and
/// `XCTestReport` weighs them against the exit status and the closing summary.
struct XCTestOutputReader: Sendable {
  /// What the output claims of one test.
  struct Record: Sendable {
    /// `Module.Class/method`.
    var specifier: String
    var isStarted = false
    var verdicts: [XCTestLine.Verdict] = []
    var seconds: Double?
    var failures: [XCTestFailure] = []
    var failureCount = 0
    var skipReason: String?
  }

  static let keptFailures = 10

  /// The tests of the run, in the order XCTest runs them.
  private(set) var records: [Record]
  /// The last summary of the whole run.
  private(set) var summary: XCTestSummary?

  private let package: String?
  private let closingSuite: String
  private var isClosing = false
  /// XCTest's names leave the module out, so one name may belong to several tests, which run in the order of the list.
  private var positions: [String: [Int]] = [:]
  private var startedByName: [String: Int] = [:]
  private var openFailure: Int?

  /// A reader for a run of `tests` (`Module.Class/method`, in the bundle's order).
  init(tests: [String], isWholeBundle: Bool, package: FilePath?) {
    records = tests.map { Record(specifier: $0) }
    closingSuite = isWholeBundle ? "All tests" : "Selected tests"
    self.package = package?.string
    for (position, test) in tests.enumerated() { positions[Self.printedName(of: test), default: []].append(position) }
  }

  /// `Class.method` of `Module.Class/method`.
  static func printedName(of specifier: String) -> String {
    let withoutModule = specifier.firstIndex(of: ".").map { specifier[specifier.index(after: $0)...] }
    return String((withoutModule ?? specifier[...]).replacing("/", with: "."))
  }

  mutating func read(_ text: String) -> TestUpdate? {
    guard let line = XCTestLine(text, isTest: { positions[$0] != nil }) else {
      continueFailure(text)
      return nil
    }
    openFailure = nil
    let wasClosing = isClosing
    isClosing = false
    switch line {
    case .started(let name):
      guard let all = positions[name], startedByName[name, default: 0] < all.count else { return nil }
      let position = all[startedByName[name, default: 0]]
      startedByName[name, default: 0] += 1
      records[position].isStarted = true
      return .started(id: records[position].specifier)
    case .ended(let name, let verdict, let seconds):
      guard let position = latest(name) else { return nil }
      records[position].verdicts.append(verdict)
      records[position].seconds = seconds
      guard records[position].verdicts.count == 1 else { return nil }
      return .ended(XCTestReport.result(of: records[position], verdict.result, package: package))
    case .failure(let name, let failure):
      guard let position = latest(name) else { return nil }
      records[position].failureCount += 1
      guard records[position].failures.count < Self.keptFailures else { return nil }
      records[position].failures.append(failure)
      if failure.isOpen { openFailure = position }
    case .skipReason(let name, let reason):
      guard let position = latest(name) else { return nil }
      records[position].skipReason = reason
    case .suiteEnded(let name): isClosing = name == closingSuite
    case .executed(let counts): if wasClosing { summary = counts }
    }
    return nil
  }

  func report(ending: XCTestReport.Ending) -> XCTestReport {
    XCTestReport(records: records, summary: summary, ending: ending, package: package)
  }

  private func latest(_ name: String) -> Int? {
    guard let all = positions[name], let count = startedByName[name], count > 0 else { return nil }
    return all[count - 1]
  }

  private mutating func continueFailure(_ text: String) {
    guard let openFailure, let last = records[openFailure].failures.indices.last else { return }
    records[openFailure].failures[last].message += "\n" + text
    let failure = records[openFailure].failures[last]
    if !failure.isOpen || failure.message.utf8.count > BoundedText.limit { self.openFailure = nil }
  }
}

extension XCTestLine.Verdict {
  var result: TestResult.Result {
    switch self {
    case .passed: .passed
    case .failed: .failed
    case .skipped: .skipped
    }
  }
}
