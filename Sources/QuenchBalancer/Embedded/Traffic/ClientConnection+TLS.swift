import NIOCore
import NIOSSL
import NIOTLS

extension ClientConnection {
  /// Nothing counts as a request, and no backend is bothered, before the handshake is over.
  func beginHandshake() {
    phase = .handshake
    loop.handshaking += 1
    loop.limitHandshakes()
  }

  /// Goes on as a plain connection would when the handshake is over.
  func handshakeWent(_ event: Any) {
    guard case .some(.handshakeCompleted) = event as? TLSUserEvent else { return }
    loop.handshaking -= 1
    phase = .idle
    deadline = .now() + loop.times.head
    if listener.transport == .tcp { startTunnel() }
  }

  /// Counts a handshake that came to nothing; it is no request.
  func handshakeFailed() {
    loop.handshaking -= 1
    listener.failedHandshakes += 1
  }

  /// Takes what is wrong beneath.
  func failedSecurity(_ error: any Error) {
    switch error {
    case NIOSSLError.uncleanShutdown:
      // The end of what the client sends, or of the connection, is told next, and treated as without TLS.
      break
    case NIOSSLError.handshakeFailed(let reason) where phase == .handshake:
      if listener.transport == .http, reason.isOfPlainHTTP { refusePlainHTTP() }
      // The connection is closed by whoever tells this.
      leave()
    default: close()
    }
  }

  /// Tells a client that takes the port for a plain one.
  private func refusePlainHTTP() {
    let text = Self.text(400, "this port speaks HTTPS", isClosed: true)
    beneathTLS?.writeAndFlush(NIOAny(text), promise: nil)
  }

  /// Ends the connection without the words by which TLS says that nothing is missing.
  func closeBeneathTLS() {
    let socket = beneathTLS
    leave()
    socket?.close(promise: nil)
  }

  /// Where bytes go out as they are.
  private var beneathTLS: ChannelHandlerContext? {
    try? context?.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self)
  }
}

extension BoringSSLError {
  /// Whether the first bytes were those of an HTTP request.
  fileprivate var isOfPlainHTTP: Bool {
    guard case .sslError(let stack) = self else { return false }
    return stack.contains { $0.description.contains("HTTP_REQUEST") }
  }
}
