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

  /// The one test target that all tests a filter can choose are of; all test targets when it may choose others too.
  ///
  /// A filter is a pattern for `Target.Suite/test`, so it is bound to a target only by the target's name at its
  /// beginning, when nothing that follows takes back the dot or offers another choice.
  private func chosen(by filter: String?) -> [Target] {
    let tests = targets.filter { $0.type == "test" }
    guard let bound = filter?.wholeMatch(of: /\^([A-Za-z0-9_]+)\\\.[A-Za-z0-9_\/.\\()$]*/),
      let target = tests.first(where: { $0.name == bound.1 })
    else { return tests }
    return [target]
  }

  /// All targets that some depend on, themselves included, and whether they depend on a package beside this one.
  private func reach(from names: [String]) -> (targets: Set<String>, hasLocalCode: Bool) {
    let byName = Dictionary(targets.map { ($0.name, $0) }) { first, _ in first }
    let beside = dependencies.filter(\.isFolder)
    let fetched = Set(dependencies.filter { !$0.isFolder }.flatMap(\.names))
      .subtracting(beside.flatMap(\.names))
    var reached: Set<String> = []
    var hasLocalCode = false
    var next = names
    while let name = next.popLast() {
      guard reached.insert(name).inserted else { continue }
      for dependency in byName[name]?.dependencies ?? [] {
        if !dependency.isProduct, let wanted = dependency.name, byName[wanted] != nil {
          next.append(wanted)
        } else if !beside.isEmpty, !fetched.contains(dependency.package?.lowercased() ?? "") {
          // What is of no package that is known to be fetched may be of the one beside.
          hasLocalCode = true
        }
      }
    }
    return (reached, hasLocalCode)
  }
}
