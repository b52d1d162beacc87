import NIOCore

/// A backend at an address on a revision; an id that is given to another one is another backend.
struct BackendKey: Sendable, Hashable {
  var id: String
  var host: String
  var port: Int
  var revision: String

  init(_ backend: Backend) {
    id = backend.id
    host = backend.host
    port = backend.port
    revision = backend.revision
  }
}

/// What every event loop goes by: the table, and who takes requests now.
struct RoutingPlan: Sendable {
  var table: RoutingTable
  /// Where each backend is reached, for those whose host is a name too.
  var addresses: [BackendKey: SocketAddress]
  /// The ids of the backends that are active and healthy.
  var usable: Set<String>
  /// Since when a backend that was unhealthy is healthy again.
  var recovered: [String: NIODeadline]
  /// The tiers in use, by route.
  var selections: [String: RouteSelection]
  /// Whether the balancer is on its way out.
  var isStopping = false
}

/// Which tiers of a route are in use, by their position.
struct RouteSelection: Sendable, Equatable {
  /// The tier for all requests.
  var all: Int?
  /// The tier for requests that change nothing.
  var safe: Int?
  /// The move from a lower tier that is under way.
  var ramp: Ramp?

  /// A move of traffic from one tier to another, bit by bit.
  struct Ramp: Sendable, Equatable {
    var from: Int
    var to: Int
    var start: NIODeadline
    var length: TimeAmount

    /// How far the move is: 0 to 1.
    func progress(_ now: NIODeadline) -> Double {
      length.nanoseconds <= 0 ? 1 : min(1, max(0, Double((now - start).nanoseconds) / Double(length.nanoseconds)))
    }
  }
}
