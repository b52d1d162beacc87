import SystemPackage

/// What an event stream has told of each test so far.
struct EventStreamTests: Sendable {
  /// The identity that issues outside any test are filed under.
  static let unattributed = "(outside any test)"

  var package: FilePath?
  private(set) var functions: [String] = []
  private var known: Set<String> = []
  private var suites: Set<String> = []
  private var names: [String: Int] = [:]
  private var records: [String: EventStreamRecord] = [:]
  /// The tests in the order they ended, or else began.
  private var ended: [String] = []
  private var begun: [String] = []
  private var hasEnded: Set<String> = []

  mutating func apply(_ event: EventStreamEvent) -> TestUpdate? {
    switch event.content {
    case .function(let id):
      if known.insert(id).inserted {
        functions.append(id)
        names[Self.withoutLocation(id), default: 0] += 1
      }
    case .suite(let id): suites.insert(id)
    case .runStarted, .runEnded, .other: break
    case .testStarted:
      guard let id = event.testID else { break }
      record(id) { $0.begin(event) }
      return suites.contains(id) ? nil : .started(id: name(of: id))
    case .testCaseStarted:
      guard let id = event.testID else { break }
      record(id) { $0.cases += 1 }
    case .issueRecorded(let issue):
      record(event.testID ?? Self.unattributed) { $0.add(issue, event) }
    case .testCancelled:
      guard let id = event.testID else { break }
      record(id) { $0.cancel(event) }
    case .testSkipped, .testEnded:
      guard let id = event.testID else { break }
      // A stream that tells the same end over and over is not to fill the memory.
      if event.content == .testEnded, let known = records[id], !known.isUnfinished, hasEnded.contains(id) { break }
      hasEnded.insert(id)
      record(id) { event.content == .testEnded ? $0.end(event) : $0.skip(event) }
      ended.append(id)
      guard !suites.contains(id), let record = records[id] else { break }
      return .ended(result(of: id, record, unfinished: .crashed, message: nil))
    }
    return nil
  }

  var unfinished: [String] {
    begun.filter { records[$0]?.isUnfinished == true && !suites.contains($0) }
  }

  var neverStarted: [String] {
    let failedSuites = suites.filter { records[$0]?.hasFailed == true }
    return functions.filter { id in records[id] == nil && !failedSuites.contains { id.hasPrefix($0 + "/") } }
  }

  func results(unfinished: TestResult.Result, message: String?) -> [TestResult] {
    var seen: Set<String> = []
    return (ended + begun).compactMap { id in
      guard seen.insert(id).inserted, let record = records[id] else { return nil }
      // A suite says something of its own only when it failed by itself: in a trait of its own, for example.
      if suites.contains(id), !record.hasFailed { return nil }
      return result(of: id, record, unfinished: unfinished, message: message)
    }
  }

  private mutating func record(_ id: String, _ change: (inout EventStreamRecord) -> Void) {
    var record = records[id] ?? EventStreamRecord()
    if records[id] == nil {
      begun.append(id)
      // A stream that lost the line in which it named the test still tells overloads apart.
      if known.insert(id).inserted { names[Self.withoutLocation(id), default: 0] += 1 }
    }
    change(&record)
    records[id] = record
  }

  private func result(
    of id: String, _ record: EventStreamRecord, unfinished: TestResult.Result, message: String?
  ) -> TestResult {
    record.result(
      id: name(of: id), isSuite: suites.contains(id) || id == Self.unattributed, unfinished: unfinished,
      message: message, package: package)
  }

  /// The identity as `swift test list` prints it: without the source location, unless overloads need it.
  private func name(of id: String) -> String {
    if suites.contains(id) { return id }
    let name = Self.withoutLocation(id)
    return names[name, default: 0] > 1 ? id : name
  }

  /// `Module.Suite/function()` of `Module.Suite/function()/File.swift:line:column`.
  static func withoutLocation(_ id: String) -> String {
    guard let slash = id.lastIndex(of: "/") else { return id }
    let parts = id[id.index(after: slash)...].split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].hasSuffix(".swift"), Int(parts[1]) != nil, Int(parts[2]) != nil else { return id }
    return String(id[..<slash])
  }
}
