import Foundation
import QuenchConfiguration
import QuenchProcesses
import SystemPackage

/// The environment of a service's processes: the service itself, its hooks and its health command.
enum ServiceEnvironment {
  static func variables(
    of instance: Instance, service: ServiceConfiguration, exports: [String: String], secrets: [String: String],
    temporary: FilePath, data: FilePath, owner: String
  ) -> [String: String] {
    let own = [
      "PORT": "\(instance.port)",
      "QUENCH_REVISION": instance.revision,
      "QUENCH_INSTANCE_ID": instance.id,
      "QUENCH_TEMPERATURE": instance.temperature.rawValue,
      "QUENCH_DATA": data.string,
      ProcessTable.ownerVariable: owner,
    ]
    let given = service.environment.merging(exports) { $1 }.merging(secrets) { $1 }.merging(own) { $1 }
    return ProcessEnvironment.allowed(temporaryDirectory: temporary, adding: given)
  }

  /// The names of the variables that hold a password: those of database clients, and addresses with one.
  static func secretNames(in variables: [String: String]) -> [String] {
    variables.filter { name, value in
      ["PGPASSWORD", "MYSQL_PWD"].contains(name) || value.contains(/:\/\/[^\/?#\s]*:[^\/?#\s]+@/)
    }.keys.sorted()
  }

  /// Replaces `${NAME}` and `$NAME` by what `variables` says, as a shell would; unknown names become empty.
  static func expand(_ text: String, with variables: [String: String]) -> String {
    var result = ""
    var rest = Substring(text)
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      if rest.first == "{", let end = rest.firstIndex(of: "}") {
        result += variables[String(rest[rest.index(after: rest.startIndex)..<end])] ?? ""
        rest = rest[rest.index(after: end)...]
      } else {
        let name = rest.prefix { $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }
        result += name.isEmpty ? "$" : variables[String(name)] ?? ""
        rest = rest[name.endIndex...]
      }
    }
    return result + rest
  }
}
