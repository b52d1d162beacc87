import Foundation

/// What a line of XCTest's own output says, as swift-corelibs-xctest prints it.
///
/// Text that the test printed without a newline may stand before it, so only the end of a line is fixed.
enum XCTestLine: Equatable {
  enum Verdict: String, CaseIterable {
    case passed, failed, skipped
  }

  /// `Test Case 'Class.method' started at 2026-01-01 00:00:00.000`
  case started(name: String)
  /// `Test Case 'Class.method' passed (0.001 seconds)`
  case ended(name: String, Verdict, seconds: Double)
  /// `/path/File.swift:12: error: Class.method : what failed`
  case failure(name: String, XCTestFailure)
  /// `/path/File.swift:12: Class.method : Test skipped - why`
  case skipReason(name: String, reason: String?)
  /// `Test Suite 'name' passed at 2026-01-01 00:00:00.000`
  case suiteEnded(name: String)
  /// `Executed 3 tests, with 1 test skipped and 2 failures (1 unexpected) in 0.1 (0.1) seconds`
  case executed(XCTestSummary)

  /// Reads a line, given whether a name is that of a test in the run; nil when XCTest did not write it.
  init?(_ line: String, isTest: (String) -> Bool) {
    guard Self.marks.contains(where: { Self.mentions(line, $0) }) else { return nil }
    if line.hasSuffix("seconds)"), let ended = Self.ended(line) {
      self = ended
    } else if line.hasSuffix("seconds"), let summary = XCTestSummary(line) {
      self = .executed(summary)
    } else if let name = Self.quoted(after: "Test Case '", before: "' started at ", in: line) {
      self = .started(name: name)
    } else if let name = Self.quoted(after: "Test Suite '", before: "' passed at ", in: line)
      ?? Self.quoted(after: "Test Suite '", before: "' failed at ", in: line)
    {
      self = .suiteEnded(name: name)
    } else if let (name, failure) = XCTestFailure.parse(line, isTest: isTest) {
      self = .failure(name: name, failure)
    } else if let reason = Self.skipReason(line, isTest) {
      self = reason
    } else {
      return nil
    }
  }

  /// What at least one of stands in every line that XCTest writes.
  private static let marks: [String] = [
    "Test Case '", "Test Suite '", ": error: ", "Executed ", " : Test skipped",
  ]

  /// Looks for bytes, not characters, so that tests that print a lot are not held up.
  private static func mentions(_ line: String, _ mark: String) -> Bool {
    line.utf8.contains(mark.utf8)
  }

  private static func ended(_ line: String) -> XCTestLine? {
    for verdict in Verdict.allCases {
      let mark = "' \(verdict.rawValue) ("
      guard let name = quoted(after: "Test Case '", before: mark, in: line), let open = line.ranges(of: mark).last,
        let seconds = Double(line[open.upperBound...].dropLast(" seconds)".count))
      else { continue }
      return .ended(name: name, verdict, seconds: seconds)
    }
    return nil
  }

  /// The name in the last `after…before` of a line; one with a quote in it is none.
  private static func quoted(after: String, before: String, in line: String) -> String? {
    guard let close = line.ranges(of: before).last, let open = line[..<close.lowerBound].ranges(of: after).last
    else { return nil }
    let name = line[open.upperBound..<close.lowerBound]
    return name.isEmpty || name.contains("'") ? nil : String(name)
  }

  private static func skipReason(_ line: String, _ isTest: (String) -> Bool) -> XCTestLine? {
    guard let mark = line.firstRange(of: " : Test skipped") else { return nil }
    let before = line[..<mark.lowerBound]
    guard let name = before.ranges(of: ": ").last.map({ String(before[$0.upperBound...]) }), isTest(name) else {
      return nil
    }
    let rest = line[mark.upperBound...]
    let reason = [" - ", ": "].first { rest.hasPrefix($0) }.map { String(rest.dropFirst($0.count)) }
    return .skipReason(name: name, reason: reason)
  }
}
