import Testing

/// A wrong file, and the faults it has to be refused for.
struct WrongFile: Sendable, CustomTestStringConvertible {
  /// What is wrong, in a few words.
  let name: String
  let yaml: String
  /// Each fault as `line:column code`, with ` -> suggestion` when there has to be one.
  let faults: [String]

  init(_ name: String, _ yaml: String, _ faults: String...) {
    self.name = name
    self.yaml = yaml
    self.faults = faults
  }

  /// A fragment of a file whose first line is a service without fault.
  static func rest(_ name: String, _ yaml: String, _ faults: String...) -> WrongFile {
    WrongFile(name: name, yaml: "service: { name: a, run: ./a }\n" + yaml, faults: faults)
  }

  /// Further keys of a service, indented by two, from line 4 on.
  static func service(_ name: String, _ yaml: String, _ faults: String...) -> WrongFile {
    WrongFile(name: name, yaml: "service:\n  name: a\n  run: ./a\n" + yaml, faults: faults)
  }

  private init(name: String, yaml: String, faults: [String]) {
    self.name = name
    self.yaml = yaml
    self.faults = faults
  }

  var testDescription: String { name }
}
