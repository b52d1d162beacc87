import NIOCore

extension BackendConnection {
  /// Reads what is there of an answer's head.
  func readHead() {
    while phase == .awaitingHead, let client, inbound.readableBytes > 0 {
      if client.exchange.answer == .none { client.exchange.answer = .begun }
      let limit = loop.limits.headBytes
      switch inbound.withUnsafeReadableBytes({ headEnd.search($0) }) {
      case .bareLineFeed: fail("a line ends without a carriage return")
      case .found(let length) where length > limit: fail("its head is too large")
      case .incomplete:
        guard inbound.readableBytes <= limit else {
          fail("its head is too large")
          return
        }
        if !beginsLikeHTTP { fail("it does not begin with HTTP/1") }
        return
      case .found(let length):
        do { try readHead(length, for: client) } catch { fail(error.reason) }
      }
    }
  }

  /// Whether the first bytes could be those of an answer, so that a service that speaks otherwise is not waited for.
  private var beginsLikeHTTP: Bool {
    let prefix: StaticString = "HTTP/1."
    return inbound.withUnsafeReadableBytes { bytes in
      zip(bytes, UnsafeBufferPointer(start: prefix.utf8Start, count: 7)).allSatisfy { $0 == $1 }
    }
  }

  private func readHead(_ length: Int, for client: ClientConnection) throws(AnswerHead.Fault) {
    var rest = inbound
    rest.moveReaderIndex(forwardBy: length)
    let isHEAD = client.exchange.method == .head, isVersion10 = client.exchange.isVersion10
    let isUpgrade = client.exchange.isUpgrade
    let result = inbound.withUnsafeReadableBytes { memory in
      Result<Void, AnswerHead.Fault> { () throws(AnswerHead.Fault) in
        let bytes = memory.part(0..<length)
        let head = try AnswerHead(
          bytes, fields: &loop.fields, headerCount: loop.limits.headerCount, answersHEAD: isHEAD)
        switch head.status {
        case 101:
          guard isUpgrade else { throw AnswerHead.Fault(reason: "it changes the protocol unasked") }
          client.answer(upgrade: head, bytes, loop.fields)
          if rest.readableBytes > 0 { client.passBack(rest) }
        case 100..<200:
          client.answer(interim: head, bytes, loop.fields)
          headEnd = HeadEnd()
        default:
          try begin(head, bytes, isVersion10, client, &rest)
        }
      }
    }
    inbound = phase == .awaitingHead ? rest : ByteBuffer()
    unflushed = client
    try result.get()
    if phase == .idle { end(client, hasMore: rest.readableBytes > 0) }
  }

  /// The head of the answer proper.
  private func begin(
    _ head: AnswerHead, _ bytes: UnsafeRawBufferPointer, _ isVersion10: Bool, _ client: ClientConnection,
    _ rest: inout ByteBuffer
  ) throws(AnswerHead.Fault) {
    isKeptAlive = head.isKeptAlive
    isUnchunking = isVersion10 && head.isChunked
    body = BodyProgress(head.framing, headBytes: loop.limits.headBytes, headerCount: loop.limits.headerCount)
    let part: ByteBuffer?
    do { part = try isUnchunking ? body.takeData(from: &rest) : body.take(from: &rest) } catch {
      throw AnswerHead.Fault(reason: "its chunks are wrong")
    }
    client.answer(head, bytes, loop.fields, body: part)
    phase = body.isComplete ? .idle : .body
  }

  /// Passes on what came of an answer's body.
  func readBody(_ data: inout ByteBuffer) {
    guard let client else { return }
    do {
      let part = try isUnchunking ? body.takeData(from: &data) : body.take(from: &data)
      if let part, part.readableBytes > 0 { client.answer(body: part) }
      unflushed = client
    } catch {
      discard()
      client.failed(.cutShort)
      return
    }
    guard body.isComplete else { return }
    phase = .idle
    end(client, hasMore: data.readableBytes > 0)
  }

  /// The answer is whole; bytes behind it are nobody's, so that its connection is not used again.
  private func end(_ client: ClientConnection, hasMore: Bool) {
    self.client = nil
    if !isKeptAlive || hasMore { close() }
    client.answerEnded()
  }

  private func fail(_ reason: StaticString) {
    let client = client
    discard()
    client?.failed(.garbage(reason))
  }
}
