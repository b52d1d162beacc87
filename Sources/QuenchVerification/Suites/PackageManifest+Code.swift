import QuenchSuites

extension PackageManifest {
  /// Whether the tests that a filter chooses are built with code that they test.
  ///
  /// For tests that reach the service through its instances that is what is part of an executable; for those that need
  /// none it is any code. What comes from a package beside this one may be part of either.
  func bringsCode(filter: String?, needsNoInstance: Bool) -> Bool {
    let code = Set(targets.filter { $0.type != "test" }.map(\.name))
    let executables = targets.filter { $0.type == "executable" }.map(\.name)
    let tested = needsNoInstance ? code : reach(from: executables).targets
    let reached = reach(from: chosen(by: filter).map(\.name))
    return reached.hasLocalCode || !reached.targets.isDisjoint(with: tested)
  }

  /// The test targets that a filter names; all when it names none, since it may name what is in any of them.
  private func chosen(by filter: String?) -> [Target] {
    let tests = targets.filter { $0.type == "test" }
    guard let filter, let pattern = try? Regex(filter) else { return tests }
    let named = tests.filter { "\($0.name).".contains(pattern) }
    return named.isEmpty ? tests : named
  }

  /// All targets that some depend on, themselves included, and whether they depend on a package beside this one.
  private func reach(from names: [String]) -> (targets: Set<String>, hasLocalCode: Bool) {
    let byName = Dictionary(targets.map { ($0.name, $0) }) { first, _ in first }
    let beside = Set(dependencies.flatMap { $0.fileSystem ?? [] }.map(\.identity))
    var reached: Set<String> = []
    var hasLocalCode = false
    var next = names
    while let name = next.popLast() {
      guard reached.insert(name).inserted else { continue }
      for dependency in byName[name]?.dependencies ?? [] {
        if !dependency.isProduct, let wanted = dependency.name, byName[wanted] != nil {
          next.append(wanted)
        } else if let package = dependency.package {
          hasLocalCode = hasLocalCode || beside.contains(package.lowercased())
        } else {
          // A product by its name alone may be any package's.
          hasLocalCode = hasLocalCode || !beside.isEmpty
        }
      }
    }
    return (reached, hasLocalCode)
  }
}
