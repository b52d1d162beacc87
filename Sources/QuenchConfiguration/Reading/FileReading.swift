/// One pass over a file: its top level, and the faults that reading its sections leaves behind.
struct FileReading {
  /// The top level.
  let file: Section

  private let name: String
  private let text: SourceText
  private let document: Document
  private let log = FaultLog()

  /// Parses the file named `name`.
  ///
  /// - Throws: ``ConfigurationError`` for a text that is no YAML, or too large.
  init(yaml: String, file name: String) throws(ConfigurationError) {
    self.name = name
    guard yaml.utf8.count <= DocumentLimits.bytes else {
      let fault = ConfigurationError.Fault(
        .start, .tooLarge, "the file has \(yaml.utf8.count) bytes; the largest is \(DocumentLimits.bytes)")
      throw ConfigurationError(file: name, text: SourceText(""), first: fault)
    }
    text = SourceText(yaml)
    do {
      document = try Document(parsing: text)
    } catch {
      throw ConfigurationError(file: name, text: text, first: error)
    }
    file = Section(path: "", keyPosition: .start, entries: document.entries, log: log)
  }

  /// The service with its dependencies, which stand in its own section or beside it; nil without one.
  func service() -> ServiceConfiguration? {
    var service = file.required("service")?.service()
    guard let beside = file["dependencies"] else { return service }
    if service?.dependencies.isEmpty == false {
      beside.refuse("stands beside `service.dependencies`; put all of them in one place")
    }
    let dependencies = beside.dependencies(beside: service?.environment ?? [:])
    service?.dependencies += dependencies
    return service
  }

  /// The configuration of `service` and of everything else in this file; nil only without a service.
  func configuration(of service: ServiceConfiguration?) -> Configuration? {
    let (hot, isCounted) = file["hot"]?.hot() ?? (HotConfiguration(), true)
    let suites = file["suites"]?.suites(limit: isCounted ? hot.instances : nil) ?? []
    // A suite that has faults of its own still has a name for the gate to ask for.
    let names = file["suites"]?.namesOfSuites ?? []
    let cold = file["cold"]?.cold() ?? ColdConfiguration()
    let balancer = file["balancer"]?.balancer() ?? BalancerConfiguration()
    let gate = file["gate"]?.gate(suites: names) ?? GateConfiguration()
    let api = file["api"]?.api()
    return service.map {
      Configuration(service: $0, suites: suites, hot: hot, cold: cold, balancer: balancer, gate: gate, api: api)
    }
  }

  /// The error that the value at a key, such as `balancer.tls.key`, cannot be; at its section where there is no such key.
  func error(at keys: [String], _ reason: String) -> ConfigurationError {
    var entries = file.entries, position = Position.start
    for key in keys {
      guard let entry = entries.first(where: { $0.key == key }) else { break }
      position = entry.value.position
      entries = if case .mapping(let below) = entry.value.kind { below } else { [] }
    }
    let fault = ConfigurationError.Fault(position, .badValue, "`\(keys.joined(separator: "."))`: \(reason)")
    return ConfigurationError(file: name, text: text, first: fault)
  }

  /// Ends the pass: `value`, if the sections that count are without fault.
  ///
  /// - Throws: ``ConfigurationError`` with every fault found.
  func finish<Value>(_ value: Value?, sections: [String]) throws(ConfigurationError) -> Value {
    for entry in file.entries where !KnownKeys.file.contains(entry.key) {
      let near = Spelling.nearest(to: entry.key, in: KnownKeys.file)
      // With only some sections asked for, a strange key counts if it may be one of them.
      guard sections.count >= KnownKeys.file.count - KnownKeys.ofService.count || near.map(sections.contains) == true
      else { continue }
      log.add(
        entry.keyPosition, .unknownKey, "unknown key \(Quotation.of(entry.key)) in the file",
        suggestion: near ?? KnownKeys.place(of: entry.key))
    }
    log.add(document.faults(in: sections))
    if let first = log.faults.first {
      throw ConfigurationError(file: name, text: text, first: first, others: Array(log.faults.dropFirst()))
    }
    guard let value else {
      let fault = ConfigurationError.Fault(.start, .missingKey, "the file has no service", suggestion: "service:")
      throw ConfigurationError(file: name, text: text, first: fault)
    }
    return value
  }
}
