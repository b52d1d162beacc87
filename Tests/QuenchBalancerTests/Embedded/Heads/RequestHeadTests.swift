import Generators
import NIOCore
import Testing

@testable import QuenchBalancer

@Suite struct RequestHeadTests {
  private static let origin = RequestOrigin(
    client: "192.0.2.1", isSecure: false, isLocal: false, listener: "localhost", requestID: 1, trace: (1, 2, 3))

  /// Reads a head and writes it as it is forwarded.
  private static func forward(_ text: String) throws(RequestHead.Refusal) -> (head: RequestHead, text: String) {
    let result = Array(text.utf8).withUnsafeBytes { bytes in
      Result<(RequestHead, String), RequestHead.Refusal> { () throws(RequestHead.Refusal) in
        var fields: [HeadField] = [], buffer = ByteBuffer()
        let head = try RequestHead(bytes, fields: &fields, headerCount: 100)
        head.forward(bytes, fields, from: origin, to: &buffer)
        return (head, String(buffer: buffer))
      }
    }
    return try result.get()
  }

  /// How the whole of some bytes is read: the head's length when it is accepted.
  private static func accepts(_ bytes: [UInt8]) -> Int? {
    bytes.withUnsafeBytes { bytes in
      var end = HeadEnd()
      guard case .found(let length) = end.search(bytes) else { return nil }
      var fields: [HeadField] = []
      return (try? RequestHead(bytes.part(0..<length), fields: &fields, headerCount: 100)).map { _ in length }
    }
  }

  /// A valid head of random fields, in random case and spacing.
  private static func randomHead(_ generator: inout SeededGenerator) -> String {
    let methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "X-CUSTOM"]
    let names = [
      "X-A", "Accept", "Cookie", "X-Forwarded-For", "Forwarded", "Keep-Alive", "TE", "x-request-id", "Via", "Proxy-A",
      "traceparent", "User-Agent",
    ]
    var lines = [
      "\(methods.randomElement(using: &generator) ?? "GET") /\(Int.random(in: 0...99, using: &generator)) HTTP/1.1"
    ]
    lines.append("Host: example.test:80")
    for _ in 0..<Int.random(in: 0...12, using: &generator) {
      let name = (names.randomElement(using: &generator) ?? "X").map { letter in
        Bool.random(using: &generator) ? letter.uppercased() : letter.lowercased()
      }.joined()
      let space = String(repeating: " ", count: Int.random(in: 0...2, using: &generator))
      lines.append("\(name):\(space)v\(Int.random(in: 0...999, using: &generator))\(space)")
    }
    return lines.joined(separator: "\r\n") + "\r\n\r\n"
  }

  @Test func whatIsForwardedIsReadInTheSameWayAgain() throws {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<500 {
      let text = Self.randomHead(&generator)
      let (head, forwarded) = try Self.forward(text)
      let (again, _) = try Self.forward(forwarded)
      #expect(again.method == head.method && again.framing == head.framing && again.isKeptAlive)
      for line in text.split(separator: "\r\n").dropFirst() {
        let name = line.prefix { $0 != ":" }.lowercased()
        if ["x-a", "accept", "cookie", "via", "user-agent", "host"].contains(name) {
          #expect(forwarded.contains("\r\n\(line)\r\n"), "\(line)")
        }
        if ["keep-alive", "te", "proxy-a"].contains(name) { #expect(!forwarded.contains("\r\n\(line)\r\n")) }
      }
    }
  }

  /// A head must mean the same whatever pieces it comes in.
  @Test func theEndIsFoundWhereverTheBytesAreCut() throws {
    var generator = SeededGenerator(seed: 12)
    for _ in 0..<300 {
      let bytes = Array((Self.randomHead(&generator) + "rest\r\n\r\n").utf8)
      let whole = bytes.withUnsafeBytes { bytes in
        var end = HeadEnd()
        return end.search(bytes)
      }
      var end = HeadEnd(), count = 0, found = HeadEnd.Search.incomplete
      while found == .incomplete, count < bytes.count {
        count = min(bytes.count, count + Int.random(in: 1...40, using: &generator))
        found = bytes[..<count].withUnsafeBytes { end.search($0) }
      }
      #expect(found == whole && found == .found(bytes.count - 8))
    }
  }

  /// Whatever comes is read or refused, and what is accepted has none of what must be refused.
  @Test func damagedHeadsAreNeverMisread() {
    var generator = SeededGenerator(seed: 13)
    for _ in 0..<4000 {
      var bytes = Array(Self.randomHead(&generator).utf8)
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let index = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0...2, using: &generator) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: index)
        default: bytes.insert([0, 9, 10, 13, 32, 58, 127, 200].randomElement(using: &generator) ?? 0, at: index)
        }
      }
      guard let length = Self.accepts(bytes) else { continue }
      let head = bytes[..<length]
      #expect(!head.contains(0) && !head.contains(127))
      for (index, byte) in head.enumerated() {
        if byte == 10 { #expect(index > 0 && head[index - 1] == 13) }
        if byte == 13 { #expect(head[index + 1] == 10) }
      }
      for line in head.split(separator: 10).dropFirst().dropLast() {
        #expect(line.first != 32 && line.first != 9, "a folded field was accepted")
        let name = line.prefix { $0 != 58 }
        #expect(name.last != 32 && name.last != 9, "space before a colon was accepted")
      }
    }
  }

  @Test func allDigitsOfALengthAreRead() throws {
    for (text, framing) in [("0", BodyFraming.none), ("7", .length(7)), ("00012", .length(12))] {
      let head = try Self.forward("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(text)\r\n\r\n").head
      #expect(head.framing == framing)
    }
  }

  @Test func tokensAreThoseOfRFC9110() {
    let tokens = Set("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
    for byte in UInt8.min...UInt8.max { #expect(HeaderBytes.isToken(byte) == tokens.contains(byte), "\(byte)") }
  }

  @Test func anIPv6ClientStandsInQuotes() throws {
    let text = "GET / HTTP/1.1\r\nHost: a\r\nForwarded: for=x\r\n\r\n"
    var origin = Self.origin
    origin.client = "2001:db8::1"
    origin.isSecure = true
    let forwarded = try Array(text.utf8).withUnsafeBytes { bytes in
      var fields: [HeadField] = [], buffer = ByteBuffer()
      let head = try RequestHead(bytes, fields: &fields, headerCount: 100)
      head.forward(bytes, fields, from: origin, to: &buffer)
      return String(buffer: buffer)
    }
    #expect(forwarded.contains("Forwarded: for=x, for=\"[2001:db8::1]\";host=\"a\";proto=https\r\n"))
    #expect(
      forwarded.contains("X-Forwarded-For: 2001:db8::1\r\n") && forwarded.contains("X-Forwarded-Proto: https\r\n"))
  }

  /// A client that is not of this machine cannot say which host or scheme its own client used.
  @Test func whatAStrangerSaysOfItsClientIsReplaced() throws {
    let text = "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\n\r\n"
    let forwarded = try Self.forward(text).text
    #expect(!forwarded.contains("evil") && forwarded.contains("X-Forwarded-Proto: http\r\n"))
  }

  @Test func aFieldThatFramesTheMessageCannotBeNamedAway() throws {
    let text =
      "POST / HTTP/1.1\r\nHost: a\r\nConnection: content-length, host, x-a\r\nX-A: 1\r\nContent-Length: 4\r\n\r\n"
    let forwarded = try Self.forward(text).text
    #expect(forwarded.contains("Content-Length: 4\r\n") && forwarded.contains("Host: a\r\n"))
    #expect(!forwarded.contains("X-A"))
  }
}
