import NIOCore
import QuenchInstances

/// The table's lengths of time as the event loops count them.
struct TrafficTimes {
  var head: TimeAmount
  var bodyIdle: TimeAmount
  var keepAliveIdle: TimeAmount
  var connect: TimeAmount
  var answer: TimeAmount
  var tunnelIdle: TimeAmount

  init(_ timeouts: Timeouts) {
    head = timeouts.head.timeAmount
    bodyIdle = timeouts.bodyIdle.timeAmount
    keepAliveIdle = timeouts.keepAliveIdle.timeAmount
    connect = timeouts.connect.timeAmount
    answer = timeouts.answer.timeAmount
    tunnelIdle = timeouts.tunnelIdle.timeAmount
  }

  /// How often deadlines are looked at, so that none is missed by much.
  var tick: TimeAmount {
    let shortest = [head, bodyIdle, keepAliveIdle, connect, answer, tunnelIdle].min() ?? .seconds(1)
    return min(.milliseconds(250), max(.milliseconds(10), .nanoseconds(shortest.nanoseconds / 4)))
  }
}
