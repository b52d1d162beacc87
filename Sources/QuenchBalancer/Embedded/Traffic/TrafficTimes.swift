import NIOCore

/// The table's lengths of time as the event loops count them.
struct TrafficTimes {
  var head: TimeAmount
  var bodyIdle: TimeAmount
  var keepAliveIdle: TimeAmount
  var connect: TimeAmount
  var answer: TimeAmount
  var tunnelIdle: TimeAmount

  init(_ timeouts: Timeouts) {
    head = TimeAmount(timeouts.head)
    bodyIdle = TimeAmount(timeouts.bodyIdle)
    keepAliveIdle = TimeAmount(timeouts.keepAliveIdle)
    connect = TimeAmount(timeouts.connect)
    answer = TimeAmount(timeouts.answer)
    tunnelIdle = TimeAmount(timeouts.tunnelIdle)
  }

  /// How often deadlines are looked at, so that none is missed by much.
  var tick: TimeAmount {
    let shortest = [head, bodyIdle, keepAliveIdle, connect, answer, tunnelIdle].min() ?? .seconds(1)
    return min(.milliseconds(250), max(.milliseconds(10), .nanoseconds(shortest.nanoseconds / 4)))
  }
}
