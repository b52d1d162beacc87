extension Field {
  /// `suites` in the order of the file; `limit` is how many hot instances there are, when that is known.
  func suites(limit: Int?) -> [SuiteConfiguration] {
    if value.isNull { return [] }
    return section()?.fields.compactMap { $0.suite(limit: limit) } ?? []
  }

  /// The names of all suites, those with faults among them.
  var namesOfSuites: [String] {
    guard case .mapping(let entries) = value.kind else { return [] }
    return entries.map(\.key)
  }

  private func suite(limit: Int?) -> SuiteConfiguration? {
    refuseName(of: "a suite")
    guard let section = section(known: KnownKeys.suite) else { return nil }
    let kind = section.exactlyOne(of: KnownKeys.suiteKinds)
    var tests = section["tests-from"]
    var suite = SuiteConfiguration(name: key, kind: .swiftTest(SwiftTestConfiguration()))
    var isWhole = false
    if kind?.key == "swift-test", let swiftTest = kind?.section(known: KnownKeys.swiftTest) {
      suite.kind = .swiftTest(swiftTest.swiftTest())
      isWhole = true
      if let inner = swiftTest["tests-from"] {
        if let outer = tests {
          let later = max(inner.keyPosition, outer.keyPosition)
          log.add(later, .duplicateKey, "`\(path)` says `tests-from` twice, for the suite and within `swift-test`")
        }
        tests = inner
      }
    } else if kind?.key == "command", let command = kind?.command() {
      suite.kind = .command(command)
      isWhole = true
    }
    if let tests = tests?.testsFrom() { suite.testsFrom = tests }
    if let instances = section["instances"]?.instances(limit: limit) { suite.instances = instances }
    if let shards = section["shards"]?.shards(limit: suite.instances == .none ? nil : limit) { suite.shards = shards }
    suite.timeout = section["timeout"]?.duration()
    suite.environment = section["environment"]?.variables(reserved: ReservedNames.ofProcess) ?? [:]
    return isWhole ? suite : nil
  }

  private func instances(limit: Int?) -> SuiteConfiguration.Instances? {
    guard case .scalar(let text, _) = value.kind else {
      refuseType(wanted: "a whole number or none")
      return nil
    }
    if text == "none" { return SuiteConfiguration.Instances.none }
    if let near = Spelling.nearest(to: text, in: ["none"]) {
      refuse("is a whole number or none, not \(Quotation.of(text))", suggestion: near)
      return nil
    }
    if text == "0" {
      refuse("is at least 1; a suite without instances has none", suggestion: "none")
      return nil
    }
    guard let count = integer(in: 1...HotConfiguration.most) else { return nil }
    if let limit, count > limit {
      refuse("is \(count), but `hot.instances` is \(limit); ask for fewer or make the hot set larger")
    }
    return .count(count)
  }

  private func shards(limit: Int?) -> Int? {
    guard let shards = integer(in: 1...HotConfiguration.most) else { return nil }
    if let limit, shards > limit {
      refuse(
        "is \(shards), but `hot.instances` is \(limit) and every shard takes an instance; ask for fewer or make the "
          + "hot set larger")
    }
    return shards
  }

  private func testsFrom() -> SuiteConfiguration.TestsFrom? {
    let words = ["revision", "working-tree"]
    guard let name = revisionName() else { return nil }
    switch name {
    case "revision": return .revision
    case "working-tree": return .workingTree
    default:
      guard let near = Spelling.nearest(to: name, in: words) else { return .named(name) }
      refuse(
        "is revision, working-tree or the name of a revision; if \(Quotation.of(name)) is a branch, write "
          + "refs/heads/\(name)", suggestion: near)
      return nil
    }
  }
}

extension Section {
  /// What a `swift-test` mapping says, apart from `tests-from`.
  fileprivate func swiftTest() -> SwiftTestConfiguration {
    var test = SwiftTestConfiguration()
    if let package = self["package"]?.path(wanted: "a folder", allowsRoot: true) { test.package = package }
    test.filter = self["filter"]?.line(wanted: "a regular expression")
    test.skip = self["skip"]?.line(wanted: "a regular expression")
    test.product = self["product"]?.line(wanted: "a product's name")
    return test
  }
}
