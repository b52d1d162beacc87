import NIOCore

/// One request and its answer, as far as they have come.
struct Exchange {
  /// What the access log says of a request.
  struct LogEntry {
    var method: String
    var path: String
    var requestID: String

    init(method: String, path: String, requestID: String) {
      self.method = method
      self.path = path
      self.requestID = requestID
    }

    init(_ head: RequestHead, _ bytes: UnsafeRawBufferPointer, generatedID: UInt64) {
      method = String(decoding: bytes.part(0..<head.methodEnd), as: UTF8.self)
      path = String(decoding: bytes.part(head.target).prefix { $0 != UInt8(ascii: "?") }, as: UTF8.self)
      if let id = head.requestID {
        requestID = String(decoding: bytes.part(id), as: UTF8.self)
      } else {
        var buffer = ByteBuffer()
        buffer.writeHead(atMost: 16) { $0.append(hexadecimal: generatedID, digits: 16) }
        requestID = String(buffer: buffer)
      }
    }
  }

  /// How the answer has come along.
  enum Answer {
    /// No byte of it.
    case none
    /// Some bytes, but none that were passed on.
    case begun
    /// Its head was passed on.
    case passedOn
  }

  var method = RequestHead.Method.other
  var isVersion10 = false
  var isKeptAlive = false
  var isUpgrade = false
  var expectsContinue = false
  /// What of the request's body has still to be read from the client.
  var body = BodyProgress.complete
  /// The head as the backend gets it, and the body where that came with it.
  var outgoing = ByteBuffer()
  /// Whether nothing was sent to a backend but what is in ``outgoing``.
  var isRepeatable = true
  var answer = Answer.none
  var status = 0
  var bytes = 0
  var start = NIODeadline.uptimeNanoseconds(0)
  var log: LogEntry?

  /// Who answers it.
  var pool: BackendPool?
  var counters: TrafficCounters?
  var tier = "none"
  /// How often it was sent, or tried to.
  var attempts = 0
  /// The backend that it failed with.
  var avoided: BackendPool?
  /// Whether a kept connection turned out to be closed, so that it gets a new one.
  var needsNewConnection = false
  var isRetrying = false
  var isTunnelOpen = false
  /// How many of the two sides of a tunnel have finished sending.
  var finishedSides = 0

  /// No request.
  init() {}

  init(_ head: RequestHead, outgoing: ByteBuffer, limits: Limits, log: LogEntry?) {
    method = head.method
    isVersion10 = head.isVersion10
    isKeptAlive = head.isKeptAlive
    isUpgrade = head.isUpgrade
    expectsContinue = head.expectsContinue
    body = BodyProgress(head.framing, headBytes: limits.headBytes, headerCount: limits.headerCount)
    self.outgoing = outgoing
    self.log = log
    start = .now()
  }

  /// Takes a body that is there already and small, to be sent in one piece with the head.
  mutating func takeWholeBody(from inbound: inout ByteBuffer) {
    guard !body.isComplete, inbound.readableBytes > 0, inbound.readableBytes <= ClientConnection.wholeBody else {
      return
    }
    if case .remaining(let length) = body, length > inbound.readableBytes { return }
    var rest = inbound, progress = body
    // A faulty chunk is found again, and refused, when the body is sent.
    guard var content = try? progress.take(from: &rest), progress.isComplete else { return }
    outgoing.writeBuffer(&content)
    inbound = rest
    body = progress
  }

  /// Whether sending it again can do no harm.
  var mayBeRepeated: Bool { method.isIdempotent && isRepeatable && answer == .none }

  /// Whether it can go on a connection that was used before, which the backend may be closing at this moment: only what
  /// may be sent again if so.
  var mayUseKeptConnection: Bool { mayBeRepeated && body.isComplete && !needsNewConnection && !isUpgrade }
}
