import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Collects the test cases while a report is parsed.
final class XUnitDocument: NSObject, XMLParserDelegate {
  private var cases: [TestResult] = []
  private var identities: [String: Int] = [:]
  private var depth = 0
  private var problem: String?
  private var sawRoot = false
  private var current: TestResult?
  /// The element whose text is being collected: `failure`, `error` or `skipped`.
  private var reading: String?
  private var text = ""

  static func cases(in data: Data, named name: String) throws(SuiteError) -> [TestResult] {
    let document = XUnitDocument()
    let parser = XMLParser(data: data)
    parser.shouldResolveExternalEntities = false
    parser.delegate = document
    let isWellFormed = parser.parse()
    if let problem = document.problem { throw XUnitReader.unreadable(name, problem) }
    guard isWellFormed, document.depth == 0, document.sawRoot else {
      throw XUnitReader.unreadable(name, "is not well-formed XML", cause: parser.parserError)
    }
    return document.cases
  }

  func parser(
    _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    depth += 1
    if depth > XUnitReader.deepestElement { return stop(parser, "has elements nested too deep") }
    if depth == 1 {
      sawRoot = true
      if element != "testsuites", element != "testsuite" {
        return stop(parser, "begins with `\(BoundedText.bounded(element, to: 100))`, not with `testsuites`")
      }
    }
    switch element {
    case "testcase": begin(attributes, parser)
    case "failure", "error", "skipped":
      guard current != nil else { break }
      text = ""
      reading = element
      apply(element, message: attributes["message"])
    default: break
    }
  }

  func parser(_ parser: XMLParser, foundCharacters characters: String) { collect(characters) }

  func parser(_ parser: XMLParser, foundCDATA block: Data) { collect(String(decoding: block, as: UTF8.self)) }

  func parser(
    _ parser: XMLParser, didEndElement element: String, namespaceURI: String?, qualifiedName: String?
  ) {
    depth -= 1
    if element == reading {
      let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
      if (current?.message ?? "").isEmpty, !text.isEmpty { current?.message = BoundedText.bounded(text) }
      reading = nil
    } else if element == "testcase", let current {
      cases.append(current)
      self.current = nil
    }
  }

  private func begin(_ attributes: [String: String], _ parser: XMLParser) {
    if cases.count >= XUnitReader.mostCases { return stop(parser, "has more than \(XUnitReader.mostCases) cases") }
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
    current = test
  }

  /// The name, numbered when an earlier case had it.
  private func unused(_ name: String) -> String {
    var count = identities[name, default: 0] + 1
    identities[name] = count
    if count == 1 { return name }
    while identities["\(name)#\(count)"] != nil { count += 1 }
    identities["\(name)#\(count)"] = 1
    return "\(name)#\(count)"
  }

  private func apply(_ element: String, message: String?) {
    if element == "skipped" {
      if current?.result == .passed { current?.result = .skipped }
    } else if current?.result != .failed {
      current?.result = .failed
      current?.message = nil
    }
    if (current?.message ?? "").isEmpty, let message { current?.message = BoundedText.bounded(message) }
  }

  private func collect(_ characters: String) {
    if reading != nil, text.utf8.count < 4 * BoundedText.limit { text += characters }
  }

  private func stop(_ parser: XMLParser, _ why: String) {
    problem = problem ?? why
    parser.abortParsing()
  }
}
