import Foundation
import SystemPackage

/// Reads Swift Testing's event stream as it is written, and tells what became of each test.
///
/// Bytes are appended as they come, in pieces of any size; a last line that was cut off does no harm. Unknown kinds and
/// fields are ignored. A test function has one result, whatever the number of its cases.
public struct EventStreamReader: Sendable {
  /// The longest line that is read, in bytes; a longer one counts as unreadable.
  public static let longestLine = 4 << 20

  /// Whether the run told its end.
  ///
  /// A stream without it was cut off by a crash, an exit or a kill.
  public private(set) var sawRunEnded = false
  /// How many whole lines could not be read.
  public private(set) var unreadableLines = 0

  private var pending: [UInt8] = []
  private var isSkippingLine = false
  private var tests = EventStreamTests()

  /// A reader that gives files below `package` relative to it.
  public init(package: FilePath? = nil) {
    tests.package = package
  }

  /// Reads on, and tells which tests began and ended.
  public mutating func append(_ bytes: some Sequence<UInt8>) -> [TestUpdate] {
    var updates: [TestUpdate] = []
    let decoder = JSONDecoder()
    for byte in bytes {
      if byte != UInt8(ascii: "\n") {
        guard !isSkippingLine else { continue }
        pending.append(byte)
        if pending.count > Self.longestLine {
          isSkippingLine = true
          pending.removeAll()
        }
        continue
      }
      if isSkippingLine {
        isSkippingLine = false
        unreadableLines += 1
      } else if !pending.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }) {
        read(pending, decoder, &updates)
      }
      pending.removeAll(keepingCapacity: true)
    }
    return updates
  }

  /// The result of every test function that began, was skipped or recorded an issue.
  ///
  /// A whole last line that has no end is read first. Functions without an end get `ending` (crashed or timed out)
  /// and its message, unless an issue had failed them already.
  public mutating func finish(unfinished ending: TestResult.Result = .crashed, message: String? = nil) -> [TestResult] {
    if !pending.isEmpty, !isSkippingLine, EventStreamEvent(line: pending, decoder: JSONDecoder()) != nil {
      _ = append([UInt8(ascii: "\n")])
    }
    pending.removeAll()
    return tests.results(unfinished: ending, message: message)
  }

  /// The test functions that began and did not end, by their whole identity, in the order they began.
  public var unfinished: [String] { tests.unfinished }

  /// The test functions that were to run and of which nothing was heard.
  ///
  /// Those of a suite that failed by itself are left out, since its own result tells.
  public var neverStarted: [String] { tests.neverStarted }

  /// The test functions that were to run, by their whole identity, with the source location that tells overloads apart.
  public var functions: [String] { tests.functions }

  private mutating func read(_ line: [UInt8], _ decoder: JSONDecoder, _ updates: inout [TestUpdate]) {
    guard let event = EventStreamEvent(line: line, decoder: decoder) else {
      unreadableLines += 1
      return
    }
    if event.content == .runEnded { sawRunEnded = true }
    if let update = tests.apply(event) { updates.append(update) }
  }
}
