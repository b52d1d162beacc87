/// What is done with a request that an instance failed.
public enum Retry: String, Hashable, Sendable, CaseIterable {
  /// It is lost.
  case never
  /// It is tried once with another instance if it was refused, so that nothing of it had been sent; else it is lost.
  case refused
  /// It is tried once with another instance, also when the instance failed while it worked on it.
  case all
}

/// Where requests wait.
public enum Waiting: Hashable, Sendable {
  /// In one line at the balancer, for the first instance with a free slot; those beyond `places` are lost.
  ///
  /// With places without end that is M/M/c, with none M/M/c/c.
  case atBalancer(places: Int?)
  /// In a line at each instance, as they are sent on at once; those beyond `places` in it are lost.
  case atInstance(places: Int?)

  var places: Int {
    switch self {
    case .atBalancer(let places), .atInstance(let places): places ?? .max
    }
  }
}

/// Which of the instances in use the next request goes to.
public enum Choosing: String, Hashable, Sendable, CaseIterable {
  /// One after the other.
  case inTurn = "in turn"
  /// The one with the fewest requests; of several, one after the other.
  case fewestRequests = "fewest requests"
}
