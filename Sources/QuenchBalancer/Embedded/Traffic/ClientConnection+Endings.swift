import NIOCore

extension ClientConnection {
  /// The time has run out for what the connection waits for.
  func expire() {
    switch phase {
    case .handshake: close()
    case .idle, .lingering: isTaking() ? wait(loop.times.bodyIdle) : end()
    case .closed: break
    case .head: refuse(RequestHead.Refusal(408, "the head did not come in time"))
    case .dispatching: deadline = .distantFuture
    case .tunnel: isTaking() ? wait(loop.times.tunnelIdle) : end()
    case .exchanging: expireExchange()
    }
  }

  private func wait(_ time: TimeAmount) { deadline = .now() + time }

  /// Closes, with a reset where the client does not get all that was written for it.
  private func end() { unsent > 0 ? reset() : close() }

  private func expireExchange() {
    if exchange.answer == .passedOn {
      if isTaking() {
        wait(loop.times.bodyIdle)
      } else if unsent == 0 {
        backend?.discard()
        failed(.silent)
      } else {
        // The client does not read; that is not the backend's failure.
        reset()
      }
    } else if !exchange.body.isComplete, backend?.isWritable ?? true {
      backend?.discard()
      detach()
      refuse(RequestHead.Refusal(408, "the body did not come in time"), during: exchange.answer)
    } else {
      backend?.discard()
      failed(.late)
    }
  }

  /// Ends it, whatever it is doing.
  func cutOff() {
    switch phase {
    case .exchanging, .dispatching:
      backend?.discard()
      detach()
      abort()
    default: end()
    }
  }

  func closeIfIdle() {
    if phase == .handshake { return close() }
    guard phase == .idle else { return }
    if unsent > 0 { closeGently() } else { close() }
  }
}

// MARK: Tunnels

extension ClientConnection {
  /// Takes a connection of transport `tcp` to a backend.
  func startTunnel() {
    // It may be done with sending before there is anybody to send it to.
    try? context?.channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
    exchange.start = .now()
    exchange.log = loop.log.map { _ in Exchange.LogEntry(method: "", path: "", requestID: "") }
    begin()
  }

  /// From now on bytes go both ways as they come; what came before its time goes first.
  func openTunnel() {
    phase = .tunnel
    exchange.isTunnelOpen = true
    deadline = .now() + loop.times.tunnelIdle
    try? context?.channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
    backend?.openTunnel()
    if inbound.readableBytes > 0 {
      passOn(inbound)
      backend?.flush()
    }
    inbound = ByteBuffer()
    if isInputClosed { clientFinishedSending() }
    resumeReading()
  }

  /// Passes on the head that says that the protocol is another from here on.
  func answer(upgrade head: AnswerHead, _ bytes: UnsafeRawBufferPointer, _ fields: [HeadField]) {
    exchange.status = head.status
    exchange.answer = .passedOn
    var buffer = ByteBuffer()
    head.forward(bytes, fields, .upgraded, isUnchunked: false, to: &buffer)
    write(buffer)
    openTunnel()
  }

  /// From the client to the backend.
  func passOn(_ data: ByteBuffer) {
    deadline = .now() + loop.times.tunnelIdle
    backend?.write(data)
  }

  /// From the backend to the client.
  func passBack(_ data: ByteBuffer) {
    deadline = .now() + loop.times.tunnelIdle
    exchange.bytes += data.readableBytes
    write(data)
  }

  func clientFinishedSending() {
    guard exchange.isTunnelOpen else { return }
    exchange.finishedSides += 1
    backend?.finishSending()
    if exchange.finishedSides == 2 { endTunnel() }
  }

  func backendFinishedSending() {
    exchange.finishedSides += 1
    if exchange.finishedSides == 2 {
      endTunnel()
    } else {
      finishAnswering()
    }
  }

  /// Both sides have finished, or the backend has gone; the client gets what is left for it.
  func endTunnel() {
    guard phase == .tunnel else { return }
    exchange.pool?.failuresInRow = 0
    backend?.discard()
    detach()
    finish(status: exchange.status, hasFailed: false)
    closeGently()
  }
}
