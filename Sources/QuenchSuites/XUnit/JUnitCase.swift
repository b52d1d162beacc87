/// One `testcase` of a JUnit report.
struct JUnitCase {
  var className: String
  var name: String
  var seconds: Double
  var file: String?
  /// `failure`, `error` or `skipped`; nil for a pass.
  var element: String?
  var message = ""
  /// The element's whole text.
  var text = ""

  /// Whether a reader would see that the suite did not pass.
  var isTelling: Bool { element == "failure" || element == "error" }

  init(_ test: TestResult, suite: String) {
    let split = Self.split(test.id)
    className = split.className ?? suite
    name = split.name
    seconds = test.durationSeconds ?? 0
    file = test.file
    message = test.message ?? ""
    switch test.result {
    case .passed, .knownIssue: element = nil
    case .failed: element = "failure"
    case .skipped: element = "skipped"
    case .crashed, .timedOut:
      element = "error"
      message = (test.result == .crashed ? "crashed" : "timed out") + (message.isEmpty ? "" : ": \(message)")
    }
    let place = test.file.map { file in "\(file)\(test.line.map { ":\($0)" } ?? ""): " } ?? ""
    text = place + message
  }

  /// The case that says why a suite did not pass, where its tests do not.
  init(reasonOf result: SuiteResult) {
    className = result.name
    name = "(suite)"
    seconds = 0
    element = "error"
    message = "\(result.result.rawValue): \(result.reason ?? "no reason given")"
    text = message
  }

  /// Cuts `Module.Suite/Inner/function()` at the slash before the function, and `Module.function()` after the module.
  private static func split(_ id: String) -> (className: String?, name: String) {
    let functionEnd = id.firstIndex(of: "(") ?? id.endIndex
    let head = id[..<functionEnd]
    guard let cut = head.lastIndex(of: "/") ?? (head.endIndex < id.endIndex ? head.firstIndex(of: ".") : nil) else {
      return (nil, id)
    }
    let className = String(id[..<cut].replacing("/", with: "."))
    let name = id[id.index(after: cut)...]
    return className.isEmpty || name.isEmpty ? (nil, id) : (className, String(name))
  }
}
