extension Field {
  /// The `service` section; nil when a key it can not do without is missing or wrong.
  func service() -> ServiceConfiguration? {
    guard let section = section(known: KnownKeys.service) else { return nil }
    let name = section.required("name")?.line(wanted: "a name")
    let run = section.required("run")?.text(wanted: "a command")
    var service = ServiceConfiguration(name: name ?? "", run: run ?? "")
    service.build = section["build"]?.command()
    service.outputs = section["outputs"]?.outputs() ?? []
    if let health = section["health"]?.health() { service.health = health }
    if let stop = section["stop"]?.stop() { service.stop = stop }
    service.environment = section["environment"]?.variables(reserved: ReservedNames.ofInstance) ?? [:]
    service.data = section["data"]?.path(wanted: "a folder")
    service.dataSnapshot = section["data-snapshot"]?.command()
    service.dataRestore = section["data-restore"]?.command()
    service.secrets = section["secrets"]?.secrets(beside: service.environment) ?? []
    service.buildSecrets = section["build-secrets"]?.secrets(beside: [:]) ?? []
    service.secretsFile = section["secrets-file"]?.line(wanted: "a file")
    service.dependencies = section["dependencies"]?.dependencies(beside: service.environment) ?? []
    service.prepare = section["prepare"]?.command()
    service.cleanup = section["cleanup"]?.command()
    service.paths = section["paths"]?.paths() ?? []
    if let mode = section["build-mode"]?.choice(ServiceConfiguration.BuildMode.self) { service.buildMode = mode }
    refuseHooksWithoutData(section)
    return name == nil || run == nil ? nil : service
  }

  /// `stop` of a service or a dependency.
  func stop() -> StopConfiguration? {
    guard let section = section(known: KnownKeys.stop) else { return nil }
    var stop = StopConfiguration()
    if let signal = section["signal"]?.choice(StopConfiguration.StopSignal.self) { stop.signal = signal }
    if let grace = section["grace"]?.duration(positive: false) { stop.grace = grace }
    return stop
  }

  /// A relative path that stays inside its root.
  func path(wanted: String, allowsRoot: Bool = false) -> String? {
    guard let path = line(wanted: wanted) else { return nil }
    guard let fault = RelativePath.fault(of: path, allowsRoot: allowsRoot) else { return path }
    refuse("names \(Quotation.of(path)), which \(fault)")
    return nil
  }

  private func paths() -> [String]? {
    list(of: "paths")?.compactMap { $0.path(wanted: "a path", allowsRoot: true) }
  }

  private func outputs() -> [String]? {
    guard let elements = list(of: "paths") else { return nil }
    var places: [String: Field] = [:]
    var outputs: [String] = []
    for element in elements {
      guard let output = element.path(wanted: "a path", allowsRoot: true) else { continue }
      // `.` is everything in the checkout, which lands as it is.
      let last = RelativePath.components(of: output).last ?? "."
      if let first = places[last], case .scalar(let text, _) = first.value.kind {
        element.refuse(
          "lands as \(Quotation.of(last)) at the artifact's root, where \(Quotation.of(text)) lands already")
      }
      places[last] = places[last] ?? element
      outputs.append(output)
    }
    return outputs
  }

  private func secrets(beside environment: [String: String]) -> [String]? {
    guard let elements = list(of: "variable names") else { return nil }
    var secrets: [String] = []
    for element in elements {
      guard let name = element.line(wanted: "a variable's name") else { continue }
      if let reason = Self.faultOfVariable(name) ?? ReservedNames.ofSecret(name) {
        element.refuse("can not hold \(Quotation.of(name)): \(reason)")
      } else if secrets.contains(name) {
        element.refuse("names `\(name)` twice")
      } else if environment[name] != nil {
        element.refuse("names `\(name)`, which `service.environment` sets already")
      }
      secrets.append(name)
    }
    return secrets
  }

  private func refuseHooksWithoutData(_ section: Section) {
    guard section["data"] == nil else { return }
    for key in ["data-snapshot", "data-restore"] {
      guard let hook = section[key] else { continue }
      log.add(
        hook.keyPosition, .missingKey, "`\(hook.path)` needs the key `data` beside it: the folder it is about",
        suggestion: "data:")
    }
  }
}
