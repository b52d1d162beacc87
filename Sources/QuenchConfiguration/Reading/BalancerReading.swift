extension Field {
  /// The `balancer` section.
  func balancer() -> BalancerConfiguration {
    var balancer = BalancerConfiguration()
    guard !value.isNull, let section = section(known: KnownKeys.balancer) else { return balancer }
    if let engine = section["engine"]?.choice(BalancerConfiguration.Engine.self) { balancer.engine = engine }
    let production = section["production"]?.address()
    let test = section["test"]?.address()
    balancer.production = production ?? balancer.production
    balancer.test = test ?? balancer.test
    if let mode = section["mode"]?.choice(BalancerConfiguration.Mode.self) { balancer.mode = mode }
    if let fallback = section["test-fallback"]?.flag() { balancer.testFallback = fallback }
    if let traffic = section["protocol"]?.choice(BalancerConfiguration.TrafficProtocol.self) {
      balancer.trafficProtocol = traffic
    }
    balancer.tls = section["tls"]?.tls()
    balancer.timeouts = section["timeouts"]?.balancerTimeouts() ?? balancer.timeouts
    if let accessLog = section["access-log"]?.flag() { balancer.accessLog = accessLog }
    // An address that could not be read has its own fault already.
    let areRead = (section["production"] == nil) == (production == nil) && (section["test"] == nil) == (test == nil)
    if areRead, balancer.production.overlaps(balancer.test), let later = section["test"] ?? section["production"] {
      later.refuse(
        "would share its port with `balancer.\(later.key == "test" ? "production" : "test")` at "
          + "\(later.key == "test" ? balancer.production : balancer.test); tests and production never share a listener",
        suggestion: later.key == "test" ? freePort(beside: balancer.production, host: balancer.test.host) : nil)
    }
    return balancer
  }

  private func tls() -> BalancerConfiguration.TLS? {
    guard let section = section(known: KnownKeys.tls) else { return nil }
    let certificate = section.required("certificate")?.file(), key = section.required("key")?.file()
    let test = section["test"]?.flag() ?? false
    guard let certificate, let key else { return nil }
    return BalancerConfiguration.TLS(certificate: certificate, key: key, test: test)
  }

  /// A file of this host, which may be anywhere.
  func file() -> String? {
    guard let path = line(wanted: "the path of a file") else { return nil }
    guard !path.contains("\0"), !path.hasPrefix("~") else {
      refuse(path.hasPrefix("~") ? "begins with `~`, which is not expanded" : "holds a NUL")
      return nil
    }
    if path.contains("-----BEGIN") {
      refuse("takes the path of a file, not what is in it")
      return nil
    }
    return path
  }

  private func balancerTimeouts() -> BalancerConfiguration.Timeouts {
    var timeouts = BalancerConfiguration.Timeouts()
    guard !value.isNull, let section = section(known: KnownKeys.balancerTimeouts) else { return timeouts }
    if let firstByte = section["first-byte"]?.duration(atMost: .seconds(7 * 86_400)) { timeouts.firstByte = firstByte }
    if let idle = section["idle"]?.duration(atMost: .seconds(7 * 86_400)) { timeouts.idle = idle }
    if let drain = section["drain"]?.duration(positive: false, atMost: .seconds(86_400)) { timeouts.drain = drain }
    return timeouts
  }

  private func freePort(beside other: ListenerAddress, host: String) -> String {
    ListenerAddress(host: host, port: other.port == 65535 ? other.port - 1 : other.port + 1).description
  }

  func address() -> ListenerAddress? {
    let wanted = "host:port"
    if case .sequence = value.kind {
      log.add(
        position, .wrongType, "`\(path)` takes \(wanted), not a list; an IPv6 address stands in quotes: \"[::1]:8080\"")
      return nil
    }
    guard let text = line(wanted: wanted) else { return nil }
    do {
      return try ListenerAddress(parsing: text)
    } catch {
      refuse("is \(Quotation.of(text)), which \(error.reason)", suggestion: error.suggestion)
      return nil
    }
  }
}
