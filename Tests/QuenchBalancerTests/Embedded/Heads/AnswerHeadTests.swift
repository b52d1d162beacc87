import NIOCore
import Testing

@testable import QuenchBalancer

@Suite struct AnswerHeadTests {
  private static func read(_ text: String, answersHEAD: Bool = false) throws(AnswerHead.Fault) -> AnswerHead {
    let result = Array(text.utf8).withUnsafeBytes { bytes in
      Result<AnswerHead, AnswerHead.Fault> { () throws(AnswerHead.Fault) in
        var fields: [HeadField] = []
        return try AnswerHead(bytes, fields: &fields, headerCount: 10, answersHEAD: answersHEAD)
      }
    }
    return try result.get()
  }

  static let framings: [(String, BodyFraming, isKept: Bool)] = [
    ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", .length(5), true),
    ("HTTP/1.1 200 \r\ncontent-length: 0\r\n\r\n", .none, true),
    ("HTTP/1.1 200\r\nTransfer-Encoding: Chunked\r\n\r\n", .chunked, true),
    ("HTTP/1.1 200 OK\r\nX: y\r\n\r\n", .untilClose, false),
    ("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n", .length(5), false),
    ("HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n", .length(5), true),
    ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n", .length(5), false),
    ("HTTP/1.1 204 No Content\r\nX: y\r\n\r\n", .none, true),
    ("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", .none, true),
    ("HTTP/1.1 100 Continue\r\n\r\n", .none, true),
  ]

  @Test(arguments: framings.indices) func theEndOfTheBodyIsTold(_ index: Int) throws {
    let (text, framing, isKept) = Self.framings[index]
    let head = try Self.read(text)
    #expect(head.framing == framing && head.isKeptAlive == isKept)
    #expect(try Self.read(text, answersHEAD: true).framing == .none)
  }

  static let faults = [
    "HTTP/2.0 200 OK\r\nX: y\r\n\r\n", "HTTP/1.1 20 OK\r\nX: y\r\n\r\n", "HTTP/1.1  200 OK\r\nX: y\r\n\r\n",
    "HTTP/1.1 2000 OK\r\nX: y\r\n\r\n", "HTTP/1.1 099 OK\r\nX: y\r\n\r\n", "HTTP/1.1 200 O\u{0}K\r\nX: y\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
    "HTTP/1.1 200 OK\r\nX : y\r\n\r\n", "HTTP/1.1 200 OK\r\nX: y\r\n z\r\n\r\n", "ICY 200 OK\r\nX: yyyyy\r\n\r\n",
    "HTTP/1.1 200 OK\r\n" + String(repeating: "X: y\r\n", count: 11) + "\r\n",
  ]

  @Test(arguments: faults.indices) func whatCouldBeReadInTwoWaysIsAFault(_ index: Int) {
    #expect(throws: AnswerHead.Fault.self) { try Self.read(Self.faults[index]) }
  }
}
