extension Field {
  /// A command: its text alone, or `{ command: …, timeout: … }`.
  func command() -> CommandConfiguration? {
    if case .mapping = value.kind {
      guard let section = section(known: KnownKeys.command) else { return nil }
      let command = section.required("command")?.text(wanted: "a command")
      let timeout = section["timeout"]?.duration()
      return command.map { CommandConfiguration(command: $0, timeout: timeout) }
    }
    return text(wanted: "a command").map { CommandConfiguration(command: $0) }
  }

  /// The elements of a list, each a field under the list's own path.
  func list(of wanted: String) -> [Field]? {
    guard case .sequence(let elements) = value.kind else {
      var suggestion: String?
      if case .scalar(let text, let isPlain) = value.kind, text.count <= 60 {
        suggestion = isPlain ? "[\(text)]" : nil
      }
      refuseType(wanted: "a list of \(wanted)", suggestion: suggestion)
      return nil
    }
    return elements.map { Field(key: key, path: path, keyPosition: $0.position, value: $0, log: log) }
  }

  /// A mapping with only the `known` keys.
  func section(known: [String]) -> Section? {
    guard let section = section() else { return nil }
    section.refuseUnknown(known)
    return section
  }

  /// A mapping whose keys are names that the file chooses.
  func section() -> Section? {
    guard case .mapping(let entries) = value.kind else {
      refuseType(wanted: "a mapping")
      return nil
    }
    return Section(path: path, keyPosition: keyPosition, entries: entries, log: log)
  }

  /// Variables by name, each value as it is written; `reserved` says why a name can not be used.
  func variables(reserved: (String) -> String?) -> [String: String] {
    guard let section = section() else { return [:] }
    var variables: [String: String] = [:]
    for field in section.fields {
      let name = field.key
      if let reason = Self.faultOfVariable(name) ?? reserved(name) {
        log.add(field.keyPosition, .badValue, "`\(path)` can not hold \(Quotation.of(name)): \(reason)")
      }
      variables[name] = field.scalar()
    }
    return variables
  }

  /// Why `name` is no name of an environment variable (POSIX.1-2017, section 8.1), or nil when it is one.
  static func faultOfVariable(_ name: String) -> String? {
    let isName = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    if isName, let first = name.first, !first.isNumber { return nil }
    return "a variable's name has letters, digits and `_`, and does not begin with a digit"
  }
}
