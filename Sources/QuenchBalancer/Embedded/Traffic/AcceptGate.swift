import NIOCore

/// Accepts no more connections while there are too many; they wait in the system's queue.
final class AcceptGate: ChannelDuplexHandler {
  typealias InboundIn = any Channel
  typealias OutboundIn = Never

  /// The count of the class that the listener is for at this time.
  private let connections: @Sendable () -> ConnectionCount
  private var context: ChannelHandlerContext?
  private var isHeld = false
  private var isPaused = false
  private var recheck: Scheduled<Void>?

  init(_ connections: @escaping @Sendable () -> ConnectionCount) { self.connections = connections }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) {
    recheck?.cancel()
    self.context = nil
  }

  func read(context: ChannelHandlerContext) {
    guard !isHeld else { return }
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop), loop = context.eventLoop
    isHeld = !connections().hasRoom(for: ObjectIdentifier(self)) { loop.execute { bound.value.resume() } }
    guard isHeld else { return context.read() }
    // That clients have been answered, and do without a backend again, is told nobody.
    recheck = loop.assumeIsolated().scheduleTask(in: .milliseconds(50)) { self.resume() }
  }

  private func resume() {
    guard isHeld else { return }
    isHeld = false
    recheck?.cancel()
    recheck = nil
    if let context { read(context: context) }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let connections = connections()
    connections.enter()
    unwrapInboundIn(data).closeFuture.whenComplete { _ in connections.leave() }
    context.fireChannelRead(data)
  }

  /// Without a descriptor for the next connection, it is left where it is for a while.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if !isPaused {
      isPaused = true
      // Only so does the channel stop asking: it asked for a connection, and has none yet.
      try? context.channel.syncOptions?.setOption(.autoRead, value: false)
      context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(100)) { self.endPause() }
    }
    context.fireErrorCaught(error)
  }

  private func endPause() {
    isPaused = false
    try? context?.channel.syncOptions?.setOption(.autoRead, value: true)
  }
}
