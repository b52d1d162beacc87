import NIOCore
import QuenchInstances

/// Why a request came to nothing with a backend.
enum BackendFailure {
  /// No connection was made, so nothing was sent.
  case unreachable(String)
  /// A connection that had been used before was closed when it was used again.
  case stale
  /// The connection was closed before the answer.
  case closed
  /// The answer is not HTTP.
  case garbage(StaticString)
  /// No answer came in time.
  case late
  /// The answer stopped in its midst.
  case cutShort
  /// Nothing more of the answer came in time.
  case silent
  /// This machine lacked what a connection takes, so nothing was sent.
  case hindered
}

extension ClientConnection {
  /// Chooses a backend and sends the request there, or has a connection made for it.
  func dispatch() {
    guard phase == .dispatching else { return }
    let isSafe = listener.transport == .http && exchange.method.isSafe
    guard
      let choice = listener.route?.choose(
        isSafe: isSafe, avoiding: exchange.avoided, .now(), &loop.random)
    else {
      answerItself(503, retryAfter: listener.route?.retryAfter ?? 1)
      return
    }
    exchange.pool?.leave(self)
    choice.pool.enter(self)
    exchange.pool = choice.pool
    exchange.counters = choice.counters
    exchange.tier = choice.tier
    exchange.attempts += 1
    if exchange.mayUseKeptConnection, listener.transport == .http, let connection = choice.pool.takeIdle() {
      attach(connection)
    } else {
      BackendConnection.connect(to: choice.pool, for: self, on: loop)
    }
  }

  /// A connection is there: the request goes out.
  func attach(_ connection: BackendConnection) {
    guard phase == .dispatching else { return }
    backend = connection
    connection.take(self)
    if listener.transport == .tcp {
      openTunnel()
      return
    }
    phase = .exchanging
    connection.write(exchange.outgoing)
    deadline = .now() + loop.times.answer
    if !exchange.body.isComplete {
      deadline = .now() + loop.times.bodyIdle
      proceed()
    }
    connection.flush()
    resumeReading()
  }

  /// Sends on what of the request's body is there.
  func sendBody() {
    guard let backend else { return }
    do {
      guard let part = try exchange.body.take(from: &inbound) else { return }
      exchange.isRepeatable = false
      backend.write(part)
    } catch {
      backend.discard()
      detach()
      refuse(RequestHead.Refusal(400, "the chunks are wrong"), during: exchange.answer)
      return
    }
    if inbound.readableBytes == 0 { inbound = ByteBuffer() }
    if exchange.answer != .passedOn {
      deadline = .now() + (exchange.body.isComplete ? loop.times.answer : loop.times.bodyIdle)
    }
  }

  /// The backend did not do its part: the request is tried again where that can do no harm, else it has failed.
  func failed(_ failure: BackendFailure) {
    guard phase == .exchanging || phase == .dispatching || phase == .tunnel, let pool = exchange.pool else { return }
    detach()
    var mayRepeat = exchange.mayBeRepeated
    switch failure {
    case .unreachable(let reason):
      loop.noticeUnreachable(pool, reason)
      mayRepeat = true
      exchange.avoided = pool
    case .stale: exchange.needsNewConnection = true
    case .closed:
      loop.noticeFailure(pool, "it closed the connection without an answer")
      exchange.avoided = pool
    case .garbage(let reason):
      loop.noticeFailure(pool, "its answer is not HTTP: \(reason)")
      mayRepeat = false
    case .late, .silent:
      // What takes long may be meant to: that alone takes no backend out.
      pool.failures += 1
      mayRepeat = false
    case .hindered:
      loop.makeRoom()
      mayRepeat = true
    case .cutShort:
      loop.noticeFailure(pool, "it stopped in the midst of an answer")
      mayRepeat = false
    }
    guard exchange.answer != .passedOn, phase != .tunnel else {
      abort()
      return
    }
    phase = .dispatching
    if case .stale = failure, mayRepeat {
      loop.totals.retried += 1
      dispatch()
    } else if mayRepeat, exchange.attempts < loop.retries.attempts {
      retry()
    } else {
      switch failure {
      case .late: answerItself(504)
      case .unreachable, .hindered: answerItself(503, retryAfter: listener.route?.retryAfter ?? 1)
      default: answerItself(502)
      }
    }
  }

  /// Sends the request again: the first time at once, then after a pause; when too many are at it, later.
  private func retry() {
    guard phase == .dispatching else { return }
    let allowed = max(loop.retries.minimum, Int(Double(loop.active) * loop.retries.share))
    if exchange.isRetrying || loop.retrying < allowed {
      if !exchange.isRetrying {
        exchange.isRetrying = true
        loop.retrying += 1
      }
      loop.totals.retried += 1
      guard exchange.attempts > 1 else {
        dispatch()
        return
      }
      wait(times: 1 << min(exchange.attempts - 2, 6)) { $0.dispatch() }
    } else if NIODeadline.now() - exchange.start < min(loop.times.answer, .seconds(5)) {
      wait(times: 1) { $0.retry() }
    } else {
      answerItself(503, retryAfter: 1)
    }
  }

  private func wait(times: Int, then next: @escaping (ClientConnection) -> Void) {
    let jitter = 0.5 + loop.random.unit()
    let pause = Double(loop.retries.backOff.timeAmount.nanoseconds) * Double(times) * jitter
    loop.eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(Int64(pause))) { next(self) }
  }

  /// The request is over for its backend.
  func detach() {
    exchange.pool?.leave(self)
    backend?.release()
    backend = nil
  }

  /// The client has gone: what was asked of the backend is given up.
  func giveUp() {
    backend?.discard()
    detach()
    finish(status: listener.transport == .tcp || exchange.isTunnelOpen ? exchange.status : 499, hasFailed: false)
  }

  /// Counts the request, writes it down, and forgets it.
  func finish(status: Int, hasFailed: Bool) {
    let seconds = Double((NIODeadline.now() - exchange.start).nanoseconds) / 1e9
    loop.active -= 1
    isResting = context != nil
    if exchange.isRetrying { loop.retrying -= 1 }
    let counters = exchange.counters ?? listener.unserved
    if hasFailed, exchange.answer != .passedOn {
      // What the balancer said in a backend's place is none of the backend's answers.
      listener.unserved.counts.add(status: status, seconds: seconds)
    } else if status != 499 {
      counters.counts.add(status: status, seconds: seconds)
      exchange.pool?.counts.add(status: status, seconds: seconds)
    }
    if hasFailed {
      loop.totals.failed += 1
      counters.counts.failed += 1
    }
    if let log = loop.log, let entry = exchange.log {
      log.write(
        AccessLine(
          entry, trafficClass: listener.trafficClass, tier: exchange.tier, backend: exchange.pool?.key,
          status: status, bytes: exchange.bytes, seconds: seconds, isSecure: isSecure))
    }
    loop.giveBack(exchange.outgoing)
    exchange = Exchange()
  }
}
