import Foundation

/// The XCTest tests of a bundle, and which of them a filter chooses.
struct XCTestList: Equatable {
  /// `Module.Class/method`, in the order XCTest runs them.
  var tests: [String]

  init(tests: [String]) {
    self.tests = tests
  }

  /// Reads what the bundle prints for `--dump-tests-json`; tests' own text around it is skipped.
  init?(dump: Data) {
    // The order of an object's keys is not the same in every run.
    let starts = [#"{"name":"All tests""#, #"{"tests":["#].compactMap {
      dump.firstRange(of: Data($0.utf8))?.lowerBound
    }
    guard let root = starts.sorted().lazy.compactMap({ Self.node(in: dump[$0...]) }).first else { return nil }
    tests = []
    collect(root)
  }

  /// The object that `text` begins with, whatever follows it.
  private static func node(in text: Data) -> Node? {
    var end = text.endIndex
    for _ in 0..<32 {
      guard let close = text[..<end].lastIndex(of: UInt8(ascii: "}")) else { return nil }
      if let node = try? JSONDecoder().decode(Node.self, from: text[...close]) { return node }
      end = close
    }
    return nil
  }

  private struct Node: Decodable {
    var name: String
    var tests: [Node]?
  }

  private mutating func collect(_ node: Node) {
    for child in node.tests ?? [] {
      if child.tests == nil {
        tests.append("\(node.name)/\(child.name)")
      } else {
        collect(child)
      }
    }
  }

  /// The tests that match `filter` and do not match `skip`, both as `swift test` takes them: a regular expression found
  /// anywhere in `Module.Class/method`.
  func selected(filter: String?, skip: String?) -> XCTestList {
    func matches(_ test: String, _ pattern: String) -> Bool {
      test.range(of: pattern, options: .regularExpression) != nil
    }
    return XCTestList(
      tests: tests.filter { test in
        (filter.map { matches(test, $0) } ?? true) && !(skip.map { matches(test, $0) } ?? false)
      })
  }

  /// XCTest's argument for `selection`, cut into as many runs as the kernel's limit on one argument asks for.
  ///
  /// A class that is chosen whole is named once. The one without an argument is the whole bundle.
  func batches(of selection: [String], longestArgument: Int = 100_000) -> [Batch] {
    if selection.isEmpty { return [] }
    if selection == tests { return [Batch(tests: tests, argument: nil)] }
    func className(_ test: String) -> Substring { test.prefix { $0 != "/" } }
    let whole = Dictionary(grouping: tests, by: className).mapValues(\.count)
    let groups = Dictionary(grouping: selection, by: className)
    var batches: [Batch] = []
    var seen: Set<Substring> = []
    for test in selection where seen.insert(className(test)).inserted {
      let group = groups[className(test)] ?? []
      let isWhole = group.count == whole[className(test)]
      let arguments = isWhole ? [(String(className(test)), group)] : group.map { ($0, [$0]) }
      for (argument, tests) in arguments {
        if let last = batches.last?.argument, last.utf8.count + argument.utf8.count < longestArgument {
          batches[batches.count - 1].argument = "\(last),\(argument)"
          batches[batches.count - 1].tests += tests
        } else {
          batches.append(Batch(tests: tests, argument: argument))
        }
      }
    }
    return batches
  }

  /// Tests that one process of XCTest runs.
  struct Batch: Equatable {
    var tests: [String]
    var argument: String?
  }
}
