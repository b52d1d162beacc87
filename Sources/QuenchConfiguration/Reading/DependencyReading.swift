extension Field {
  /// `dependencies` in the order of the file.
  func dependencies(beside environment: [String: String]) -> [DependencyConfiguration] {
    guard let section = section() else { return [] }
    var exporters: [String: String] = [:]
    return section.fields.compactMap { field in
      let dependency = field.dependency()
      for variable in (dependency?.exports.keys).map({ $0.sorted() }) ?? [] {
        let exports = field.section()?["exports"] ?? field
        if environment[variable] != nil {
          exports.refuse("sets `\(variable)`, which `service.environment` sets already")
        } else if let other = exporters[variable] {
          exports.refuse("sets `\(variable)`, which the dependency \(Quotation.of(other)) sets already")
        }
        exporters[variable] = field.key
      }
      return dependency
    }
  }

  private func dependency() -> DependencyConfiguration? {
    refuseName(of: "a dependency")
    guard let section = section(known: KnownKeys.dependency) else { return nil }
    let source = section.exactlyOne(of: KnownKeys.dependencySources)?.source()
    let ready = section["ready"]?.command()
    let scope = section["scope"]?.choice(DependencyConfiguration.Scope.self)
    let prepare = section["prepare"]?.command()
    let reset = section["reset"]?.command()
    if scope == .set {
      section["reset"]?.refuse("is for `scope: instance`: what all instances of a set share is never put back")
    }
    let cleanup = section["cleanup"]?.command()
    let exports = section["exports"]?.variables(reserved: ReservedNames.ofInstance)
    let stop = section["stop"]?.stop()
    return source.map {
      DependencyConfiguration(
        name: key, source: $0, ready: ready, scope: scope ?? .instance, prepare: prepare, reset: reset,
        cleanup: cleanup, exports: exports ?? [:], stop: stop)
    }
  }

  private func source() -> DependencyConfiguration.Source? {
    switch key {
    case "use":
      guard let name = line(wanted: "a variable's name") else { return nil }
      if let reason = Self.faultOfVariable(name) ?? ReservedNames.ofSecret(name) {
        refuse("can not be \(Quotation.of(name)): \(reason)")
        return nil
      }
      return .use(variable: name)
    case "image":
      log.add(
        keyPosition, .badValue,
        "`\(path)`: images come with the container provider, which this version does not have; start it with "
          + "`command`, or let the CI job start it and name its variable with `use`")
      return nil
    default: return text(wanted: "a command").map { .command($0) }
    }
  }

  /// Notes that the key itself is no name for `noun`.
  func refuseName(of noun: String) {
    let allowed = { (character: Character) in
      character.isASCII
        && (character.isLowercase || character.isNumber || character == "." || character == "_" || character == "-")
    }
    guard key.isEmpty || !key.allSatisfy(allowed) || key.hasPrefix(".") || key.hasPrefix("-") || key.count > 64 else {
      return
    }
    let meant = String(key.lowercased().map { allowed($0) ? $0 : "-" }.drop { $0 == "." || $0 == "-" }.prefix(64))
    log.add(
      keyPosition, .badValue,
      "\(Quotation.of(key)) is no name for \(noun): up to 64 of a-z, 0-9, `.`, `_`, `-`, not beginning with `.` or `-`",
      suggestion: meant.isEmpty ? nil : meant)
  }
}
