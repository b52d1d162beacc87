import NIOCore
import Synchronization

/// How many clients are connected, all event loops together.
final class ConnectionCount: Sendable {
  private let count = Atomic<Int>(0)
  private let limit = Atomic<Int>(Int.max)

  func setLimit(_ new: Int) { limit.store(new, ordering: .relaxed) }

  func add(_ number: Int) { count.add(number, ordering: .relaxed) }

  var isFull: Bool { count.load(ordering: .relaxed) >= limit.load(ordering: .relaxed) }
}

/// Accepts no more connections while there are too many; they wait in the system's queue.
final class AcceptGate: ChannelDuplexHandler {
  typealias InboundIn = any Channel
  typealias OutboundIn = Never

  private let connections: ConnectionCount
  private var context: ChannelHandlerContext?
  private var isHeld = false

  init(_ connections: ConnectionCount) { self.connections = connections }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func read(context: ChannelHandlerContext) {
    if connections.isFull { isHeld = true } else { context.read() }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let connections = connections
    connections.add(1)
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop), loop = context.eventLoop
    unwrapInboundIn(data).closeFuture.whenComplete { _ in
      connections.add(-1)
      loop.execute { bound.value.resume() }
    }
    context.fireChannelRead(data)
  }

  private func resume() {
    guard isHeld, !connections.isFull else { return }
    isHeld = false
    context?.read()
  }
}
