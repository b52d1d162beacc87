extension RoutingTable {
  /// Holds the table against its rules: names that mean something, numbers within bounds, one meaning for each id.
  ///
  /// - Throws: `BalancerError` with code `table-invalid`, naming the first rule that is broken.
  public func validate() throws(BalancerError) {
    try require(version >= 1, "its version \(version) is below 1")
    try require(reason.map { $0.utf8.count <= 512 } ?? true, "its reason is longer than 512 bytes")
    try require(listeners.count <= 16, "more than 16 listeners")
    try require(routes.count <= 16, "more than 16 routes")
    try require(backends.count <= 512, "more than 512 backends")
    try requireUnique(listeners.map(\.id), "listener")
    try requireUnique(routes.map(\.id), "route")
    try requireUnique(backends.map(\.id), "backend")
    try requireUnique(
      listeners.filter { $0.port != 0 }.map { "\($0.host)-\($0.port)" }, "listening address", areNames: false)
    for backend in backends { try validate(backend) }
    let known = Set(backends.map(\.id))
    for route in routes { try validate(route, known) }
    let routeNames = Set(routes.map(\.id))
    for listener in listeners {
      try requireAddress(listener.host, listener.port, isListener: true, "listener \(listener.id)")
      try require(
        routeNames.contains(listener.route), "listener \(listener.id) takes the unknown route \(listener.route)")
      for path in [listener.certificate?.chain, listener.certificate?.key].compactMap({ $0 }) {
        try require(path.hasPrefix("/") && path.utf8.count <= 4096, "listener \(listener.id)'s \(path) is no full path")
      }
    }
    try validateBounds()
  }

  private func validate(_ backend: Backend) throws(BalancerError) {
    let name = "backend \(backend.id)"
    try requireAddress(backend.host, backend.port, isListener: false, name)
    try require(Self.isName(backend.revision), "\(name)'s revision is no plain word of at most 128 characters")
    let check = backend.check
    if case .path(let path) = check.probe {
      let isTarget = path.utf8.first == UInt8(ascii: "/") && path.utf8.allSatisfy { $0 > 32 && $0 < 127 }
      try require(isTarget && path.utf8.count <= 2048, "\(name)'s health path cannot be asked for")
    }
    try require(
      (1...100).contains(check.rise) && (1...100).contains(check.fall), "\(name)'s rise or fall is not 1 to 100")
    try require((0...1).contains(check.jitter), "\(name)'s jitter is not 0 to 1")
    for time in [check.interval, check.transitionInterval, check.timeout] {
      try require(time >= .milliseconds(1) && time <= .seconds(3600), "\(name)'s check is not timed 1 ms to 1 hour")
    }
  }

  private func validate(_ route: Route, _ known: Set<String>) throws(BalancerError) {
    let name = "route \(route.id)"
    try require((1...8).contains(route.tiers.count), "\(name) has not 1 to 8 tiers")
    try requireUnique(route.tiers.map(\.name), "tier of \(name)")
    try require(route.hold <= .seconds(86400) && route.retryAfter <= .seconds(86400), "\(name) waits more than a day")
    for tier in route.tiers {
      try requireUnique(tier.backends, "backend of tier \(tier.name)")
      try require((1...512).contains(tier.minimumHealthy), "tier \(tier.name) of \(name) needs not 1 to 512 backends")
      try require(tier.ramp <= .seconds(86400), "tier \(tier.name) of \(name) ramps up for more than a day")
      for backend in tier.backends where !known.contains(backend) {
        throw BalancerError(.tableInvalid, "tier \(tier.name) of \(name) names the unknown backend \(backend)")
      }
    }
  }

  private func validateBounds() throws(BalancerError) {
    try require((1024...1_048_576).contains(limits.headBytes), "heads are not limited to 1 KiB to 1 MiB")
    try require((8...10_000).contains(limits.headerCount), "headers are not limited to 8 to 10,000")
    try require((1...1_000_000).contains(limits.connections), "connections are not limited to 1 to 1,000,000")
    try require(
      (0...100_000).contains(limits.idleBackendConnections), "idle connections are not limited to 0 to 100,000")
    for time in [
      timeouts.head, timeouts.bodyIdle, timeouts.keepAliveIdle, timeouts.connect, timeouts.answer, timeouts.tunnelIdle,
    ] {
      try require(time >= .milliseconds(1) && time <= .seconds(604_800), "a timeout is not 1 ms to 7 days")
    }
    try require(timeouts.drain <= .seconds(86400), "draining takes more than a day")
    try require((0...1).contains(retries.share), "the retries' share is not 0 to 1")
    try require((0...10_000).contains(retries.minimum), "the retries' minimum is not 0 to 10,000")
    try require((1...10).contains(retries.attempts), "requests are sent not 1 to 10 times")
    try require(retries.backOff <= .seconds(10), "the retries' back-off is more than 10 seconds")
    try require((0...1000).contains(ejection.failures), "ejection is not after 0 to 1000 failures")
    try require(
      ejection.duration <= ejection.longest && ejection.longest <= .seconds(86400),
      "ejection is longer than its longest, or than a day")
  }

  private func require(_ holds: Bool, _ fault: @autoclosure () -> String) throws(BalancerError) {
    if !holds { throw BalancerError(.tableInvalid, "routing table \(version) is wrong: \(fault())") }
  }

  private func requireUnique(_ ids: [String], _ what: String, areNames: Bool = true) throws(BalancerError) {
    var seen: Set<String> = []
    for id in ids {
      try require(!areNames || Self.isName(id), "a \(what)'s name is no plain word of at most 128 characters")
      try require(seen.insert(id).inserted, "two times the \(what) \(id)")
    }
  }

  private func requireAddress(_ host: String, _ port: Int, isListener: Bool, _ what: String) throws(BalancerError) {
    let isHost = !host.isEmpty && host.utf8.count <= 253 && host.utf8.allSatisfy { Self.isNameByte($0) || $0 == 58 }
    try require(isHost, "\(what)'s host is no name or address")
    try require(((isListener ? 0 : 1)...65535).contains(port), "\(what)'s port is \(port)")
  }

  private static func isName(_ text: String) -> Bool {
    (1...128).contains(text.utf8.count) && text.utf8.allSatisfy(isNameByte)
  }

  /// Letters, digits, and what names and revisions are joined with: nothing that another format gives a meaning to.
  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
