import Foundation

/// Collects the test cases of a report, token by token.
struct XUnitDocument {
  private(set) var cases: [TestResult] = []
  private var identities: [String: Int] = [:]
  /// The elements that are open, outermost first.
  private var open: [String] = []
  private var sawRoot = false
  private var current: TestResult?
  /// The text of the `failure`, `error` or `skipped` that is open.
  private var text: String?

  /// Reads a whole report.
  init(_ bytes: [UInt8]) throws(XMLTokenizer.Problem) {
    var tokenizer = XMLTokenizer(bytes)
    while let token = try tokenizer.next() {
      switch token {
      case .start(let name, let attributes, let isEmpty):
        try begin(name, attributes)
        if isEmpty { try end(name) }
      case .end(let name): try end(name)
      case .text(let characters):
        if open.isEmpty, !characters.allSatisfy(\.isWhitespace) {
          throw XMLTokenizer.Problem(why: "has text outside its elements")
        }
        if let text, text.utf8.count < 4 * BoundedText.limit { self.text = text + characters }
      }
    }
    guard sawRoot else { throw XMLTokenizer.Problem(why: "has no element") }
    guard open.isEmpty else { throw XMLTokenizer.Problem(why: "is cut off") }
  }

  private mutating func begin(_ element: String, _ attributes: [String: String]) throws(XMLTokenizer.Problem) {
    if open.isEmpty {
      guard !sawRoot else { throw XMLTokenizer.Problem(why: "has two outermost elements") }
      guard element == "testsuites" || element == "testsuite" else {
        throw XMLTokenizer.Problem(
          why: "begins with `\(BoundedText.bounded(element, to: 100))`, not with `testsuites`")
      }
      sawRoot = true
    }
    open.append(element)
    if open.count > XUnitReader.deepestElement {
      throw XMLTokenizer.Problem(why: "has more than \(XUnitReader.deepestElement) elements inside each other")
    }
    switch element {
    case "testcase":
      guard current == nil, cases.count < XUnitReader.mostCases else {
        throw XMLTokenizer.Problem(why: "has a case inside a case, or more than \(XUnitReader.mostCases)")
      }
      current = self.case(attributes)
    case "failure", "error", "skipped":
      guard current != nil else { break }
      text = ""
      apply(element, message: attributes["message"])
    default: break
    }
  }

  private mutating func end(_ element: String) throws(XMLTokenizer.Problem) {
    guard open.popLast() == element else {
      throw XMLTokenizer.Problem(why: "closes `\(BoundedText.bounded(element, to: 100))`, which is not open")
    }
    switch element {
    case "failure", "error", "skipped":
      let text = (text ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
      if (current?.message ?? "").isEmpty, !text.isEmpty { current?.message = BoundedText.bounded(text) }
      self.text = nil
    case "testcase":
      if let current { cases.append(current) }
      current = nil
    default: break
    }
  }

  private mutating func `case`(_ attributes: [String: String]) -> TestResult {
    let parts = [attributes["classname"], attributes["name"]].compactMap { $0 }.filter { !$0.isEmpty }
    let name = BoundedText.bounded(parts.isEmpty ? "(unnamed)" : parts.joined(separator: "/"), to: 500)
    var test = TestResult(id: unused(name), framework: .command, result: .passed)
    test.durationSeconds = attributes["time"].flatMap(Double.init).flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
    test.file = attributes["file"].map { BoundedText.bounded($0, to: 1000) }
    test.line = attributes["line"].flatMap { Int($0) }
    switch (attributes["status"] ?? attributes["result"])?.lowercased() {
    case "failed", "failure", "error": test.result = .failed
    case "skipped", "notrun", "disabled", "suppressed": test.result = .skipped
    default: break
    }
    return test
  }

  /// The name, numbered when an earlier case had it.
  private mutating func unused(_ name: String) -> String {
    var count = identities[name, default: 0] + 1
    identities[name] = count
    if count == 1 { return name }
    while identities["\(name)#\(count)"] != nil { count += 1 }
    identities["\(name)#\(count)"] = 1
    return "\(name)#\(count)"
  }

  private mutating func apply(_ element: String, message: String?) {
    if element == "skipped" {
      if current?.result == .passed { current?.result = .skipped }
    } else if current?.result != .failed {
      current?.result = .failed
      current?.message = nil
    }
    if (current?.message ?? "").isEmpty, let message { current?.message = BoundedText.bounded(message) }
  }
}
