extension Field {
  /// `health`: exactly one probe, and when it counts.
  func health() -> HealthConfiguration? {
    if case .scalar(let text, _) = value.kind, text.hasPrefix("/") {
      refuseType(wanted: "a mapping", suggestion: "{ path: \(text) }")
      return nil
    }
    guard let section = section(known: KnownKeys.health) else { return nil }
    var health = HealthConfiguration()
    if let probe = section.exactlyOne(of: KnownKeys.probes)?.probe() { health.probe = probe }
    if let interval = section["interval"]?.duration(bareUnit: "ms") { health.interval = interval }
    if let timeout = section["timeout"]?.duration() { health.timeout = timeout }
    if let rise = section["rise"]?.integer(in: 1...1000) { health.rise = rise }
    if let fall = section["fall"]?.integer(in: 1...1000) { health.fall = fall }
    if let startTimeout = section["start-timeout"]?.duration() { health.startTimeout = startTimeout }
    return health
  }

  private func probe() -> HealthConfiguration.Probe? {
    switch key {
    case "path": return requestPath().map { .http(path: $0) }
    case "tcp": return flag().flatMap { enabled($0) ? .tcp : nil }
    case "grpc":
      guard let text = line(wanted: "true or the name of a service") else { return nil }
      if let flag = Bool(text) { return enabled(flag) ? .grpc(service: nil) : nil }
      return .grpc(service: text)
    default: return command().map { .command($0) }
    }
  }

  private func enabled(_ flag: Bool) -> Bool {
    if !flag { refuse("is true or left out, not `false`", suggestion: "true") }
    return flag
  }

  /// The path and query of a request target in origin form (RFC 9112, section 3.2.1).
  private func requestPath() -> String? {
    guard let path = line(wanted: "a path such as /health") else { return nil }
    guard path.hasPrefix("/") else {
      refuse(
        "begins with `/`, unlike \(Quotation.of(path))",
        suggestion: path.contains("://") || path.contains(" ") ? nil : "/" + path)
      return nil
    }
    guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !path.contains("#") else {
      refuse("has no spaces, no `#` and only ASCII, unlike \(Quotation.of(path)); percent-encode the rest")
      return nil
    }
    return path
  }
}
