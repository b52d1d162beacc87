extension HotConfiguration {
  /// The most instances that a set can be asked to have.
  static let most = 1000
}

extension Field {
  /// The `hot` section, and whether its number of instances is one to compare others with.
  func hot() -> (hot: HotConfiguration, isCounted: Bool) {
    var hot = HotConfiguration()
    guard !value.isNull else { return (hot, true) }
    guard let section = section(known: KnownKeys.hot) else { return (hot, false) }
    var isCounted = true
    if let field = section["instances"] {
      let instances = field.integer(in: 1...HotConfiguration.most)
      isCounted = instances != nil
      hot.instances = instances ?? hot.instances
    }
    if let baseline = section["baseline"]?.baseline() { hot.baseline = baseline }
    if let retain = section["retain"]?.integer(in: 0...1000) { hot.retain = retain }
    hot.fallback = section["fallback"]?.choice(HotConfiguration.Fallback.self)
    return (hot, isCounted)
  }

  /// The `cold` section.
  func cold() -> ColdConfiguration {
    var cold = ColdConfiguration()
    guard !value.isNull, let section = section(known: KnownKeys.cold) else { return cold }
    if let instances = section["instances"]?.integer(in: 1...HotConfiguration.most) { cold.instances = instances }
    if let retain = section["retain"]?.integer(in: 0...1000) { cold.retain = retain }
    if let bake = section["bake"]?.duration(positive: false) { cold.bake = bake }
    if let provider = section["provider"]?.word(of: ColdConfiguration.providers) { cold.provider = provider }
    return cold
  }

  private func baseline() -> HotConfiguration.Baseline? {
    guard let name = revisionName() else { return nil }
    guard name != "live", name.lowercased() == "live" else { return name == "live" ? .live : .named(name) }
    refuse("is live or the name of a revision, not \(Quotation.of(name))", suggestion: "live")
    return nil
  }

  /// A name that git may resolve to a revision; what can never be one is a fault here already.
  func revisionName() -> String? {
    guard let name = line(wanted: "the name of a revision") else { return nil }
    guard !name.hasPrefix("-"), !name.contains(where: \.isWhitespace), !name.contains("..") else {
      refuse("can not be \(Quotation.of(name)), which names no revision")
      return nil
    }
    return name
  }
}
