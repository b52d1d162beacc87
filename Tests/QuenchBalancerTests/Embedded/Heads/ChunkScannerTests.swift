import Generators
import NIOCore
import Testing

@testable import QuenchBalancer

@Suite struct ChunkScannerTests {
  private static func randomBody(_ generator: inout SeededGenerator) -> (wire: [UInt8], data: [UInt8]) {
    var wire: [UInt8] = [], data: [UInt8] = []
    for _ in 0..<Int.random(in: 0...6, using: &generator) {
      let chunk = (0..<Int.random(in: 1...300, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      let size = String(chunk.count, radix: 16, uppercase: Bool.random(using: &generator))
      wire += "\(size)\(Bool.random(using: &generator) ? ";a=\"b\"" : "")\r\n".utf8
      wire += chunk + [13, 10]
      data += chunk
    }
    wire += "0\r\n".utf8
    for number in 0..<Int.random(in: 0...3, using: &generator) { wire += "X-\(number): y\r\n".utf8 }
    return (wire + [13, 10], data)
  }

  @Test func aBodyIsTheSameHoweverItIsCut() throws {
    var generator = SeededGenerator(seed: 21)
    for _ in 0..<500 {
      let (wire, data) = Self.randomBody(&generator)
      let all = wire + Array("GET / HTTP/1.1\r\n".utf8)
      var passed = BodyProgress(.chunked, headBytes: 4096, headerCount: 10)
      var unchunked = passed
      var whole = ByteBuffer(), bare = ByteBuffer(), sent = 0, left = 0
      while sent < all.count {
        let end = min(all.count, sent + Int.random(in: 1...64, using: &generator))
        var piece = ByteBuffer(bytes: all[sent..<end]), same = piece
        if var part = try passed.take(from: &piece) { whole.writeBuffer(&part) }
        if var part = try unchunked.takeData(from: &same) { bare.writeBuffer(&part) }
        left += piece.readableBytes
        #expect(piece.readableBytes == same.readableBytes)
        sent = end
      }
      #expect(passed.isComplete && unchunked.isComplete)
      #expect(Array(whole.readableBytesView) == wire && Array(bare.readableBytesView) == data)
      #expect(left == all.count - wire.count, "what is behind a body is not taken")
    }
  }

  static let faults = [
    "x\r\n", "\r\n", "5\nhello\r\n", "5\r\nhello0\r\n", "5\r\nhello\n", "1000000000000000\r\n", "5 5\u{1}\r\n",
    "-1\r\n",
    "0\r\n X: folded\r\n\r\n", "0\r\nX y: z\r\n\r\n", "0\r\nX: a\u{0}\r\n\r\n", "0\r\nX: a\n\r\n", "0x5\r\nhello\r\n",
    "0\r\n" + String(repeating: "X: y\r\n", count: 11) + "\r\n", "5;" + String(repeating: "e", count: 5000) + "\r\n",
  ]

  @Test(arguments: faults.indices) func whatCouldBeReadInTwoWaysIsAFault(_ index: Int) {
    var progress = BodyProgress(.chunked, headBytes: 4096, headerCount: 10)
    var buffer = ByteBuffer(string: Self.faults[index])
    #expect(throws: ChunkScanner.Fault.self) { try progress.take(from: &buffer) }
  }
}
