import NIOCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension ClientConnection {
  /// Passes on the head of an answer, and what of its body came with it.
  func answer(
    _ head: AnswerHead, _ bytes: UnsafeRawBufferPointer, _ fields: [HeadField], body part: ByteBuffer?
  ) {
    exchange.status = head.status
    exchange.answer = .passedOn
    let isUnchunked = exchange.isVersion10 && head.isChunked
    if head.framing == .untilClose || isUnchunked || loop.isStopping || !isOnTerms
      || (exchange.expectsContinue && !exchange.body.isComplete)
    {
      exchange.isKeptAlive = false
    }
    let persistence: AnswerHead.Persistence =
      !exchange.isKeptAlive ? .closed : exchange.isVersion10 ? .keptByWord : .kept
    loop.scratch.clear()
    head.forward(bytes, fields, persistence, isUnchunked: isUnchunked, to: &loop.scratch)
    if var part, part.readableBytes <= 16384 {
      exchange.bytes += part.readableBytes
      loop.scratch.writeBuffer(&part)
      write(loop.scratch)
    } else {
      write(loop.scratch)
      if let part { answer(body: part) }
    }
    deadline = .now() + loop.times.bodyIdle
  }

  /// Passes on an answer that is not the last one to its request: 100, 103.
  func answer(interim head: AnswerHead, _ bytes: UnsafeRawBufferPointer, _ fields: [HeadField]) {
    exchange.answer = .begun
    if head.status == 100 { exchange.expectsContinue = false }
    guard !exchange.isVersion10 else { return }
    var buffer = ByteBuffer()
    head.forward(bytes, fields, .kept, isUnchunked: false, to: &buffer)
    write(buffer)
  }

  func answer(body part: ByteBuffer) {
    exchange.bytes += part.readableBytes
    write(part)
    deadline = .now() + loop.times.bodyIdle
  }

  /// The whole answer has been passed on.
  func answerEnded() {
    exchange.pool?.failuresInRow = 0
    let isWhole = exchange.body.isComplete
    let isKept = exchange.isKeptAlive && isWhole
    if !isWhole { backend?.discard() }
    detach()
    finish(status: exchange.status, hasFailed: false)
    if isKept {
      becomeIdle()
    } else {
      closeGently()
    }
  }

  /// The connection waits for the next request, which may be there already.
  private func becomeIdle() {
    phase = .idle
    deadline = .now() + loop.times.keepAliveIdle
    if inbound.readableBytes > 0 { proceed() }
    resumeReading()
  }

  /// Refuses a request that could be read in two ways, is too large or too slow.
  func refuse(_ refusal: RequestHead.Refusal, during answer: Exchange.Answer? = nil) {
    loop.totals.refused += 1
    if answer != nil {
      loop.totals.requests -= 1
      finish(status: 499, hasFailed: false)
    }
    if answer == .passedOn {
      // It is counted; closing must not count it again.
      phase = .lingering
      reset()
      return
    }
    phase = .exchanging
    write(Self.text(refusal.status, "\(refusal.reason)", isClosed: true))
    closeGently()
  }

  /// Answers in place of a backend.
  func answerItself(_ status: Int, retryAfter: Int? = nil) {
    if listener.transport == .tcp {
      abort()
      return
    }
    exchange.pool?.leave(self)
    let reason =
      switch status {
      case 502: "the service did not answer as it must"
      case 504: "the service did not answer in time"
      default: "the service is not available at this moment"
      }
    let isKept = exchange.isKeptAlive && exchange.body.isComplete && !loop.isStopping
    write(
      Self.text(
        status, reason, isClosed: !isKept, isHEAD: exchange.method == .head, retryAfter: retryAfter,
        saysKept: exchange.isVersion10))
    finish(status: status, hasFailed: true)
    if isKept {
      becomeIdle()
      flush()
    } else {
      closeGently()
    }
  }

  /// Ends the connection so that the client sees that the answer is not whole.
  func abort() {
    finish(status: exchange.status == 0 ? 502 : exchange.status, hasFailed: true)
    phase = .lingering
    reset()
  }

  /// Closes with a reset instead of an end: bytes without a length would look complete.
  func reset() {
    _ = (context?.channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
    // TLS would say good-bye first.
    if isSecure { closeBeneathTLS() } else { close() }
  }

  static func text(
    _ status: Int, _ reason: String, isClosed: Bool, isHEAD: Bool = false, retryAfter: Int? = nil,
    saysKept: Bool = false
  ) -> ByteBuffer {
    var text = "HTTP/1.1 \(status) \(phrase(status))\r\nContent-Type: text/plain; charset=utf-8\r\n"
    if status == 405 { text += "Allow: GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH\r\n" }
    if let retryAfter { text += "Retry-After: \(retryAfter)\r\n" }
    if isClosed { text += "Connection: close\r\n" } else if saysKept { text += "Connection: keep-alive\r\n" }
    text += "Content-Length: \(reason.utf8.count + 1)\r\n\r\n"
    if !isHEAD { text += "\(reason)\n" }
    return ByteBuffer(string: text)
  }

  private static func phrase(_ status: Int) -> String {
    switch status {
    case 400: "Bad Request"
    case 405: "Method Not Allowed"
    case 408: "Request Timeout"
    case 417: "Expectation Failed"
    case 431: "Request Header Fields Too Large"
    case 501: "Not Implemented"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    case 505: "HTTP Version Not Supported"
    default: "Error"
    }
  }
}
