import Foundation
import QuenchConfiguration
import QuenchProcesses
import SystemPackage

/// The environment of a service's processes: the service itself, its hooks and its health command.
enum ServiceEnvironment {
  static func variables(
    of instance: Instance, service: ServiceConfiguration, exports: [String: String], secrets: [String: String],
    temporary: FilePath, owner: String
  ) -> [String: String] {
    let own = [
      "PORT": "\(instance.port)",
      "QUENCH_REVISION": instance.revision,
      "QUENCH_INSTANCE_ID": instance.id,
      "QUENCH_TEMPERATURE": instance.temperature.rawValue,
      "QUENCH_DATA": instance.folder.data(named: service.data).string,
      ProcessTable.ownerVariable: owner,
    ]
    let given = service.environment.merging(exports) { $1 }.merging(secrets) { $1 }.merging(own) { $1 }
    return ProcessEnvironment.allowed(temporaryDirectory: temporary, adding: given)
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

/// Which `quench` a process belongs to, as its environment says it: the state folder, then the process or `kept`.
public struct ProcessOwner: Sendable, Equatable {
  /// The state folder.
  public var state: FilePath
  /// The `quench` it ends with; nil for what is kept.
  public var quench: ProcessIdentity?

  /// Makes an owner.
  public init(state: FilePath, quench: ProcessIdentity?) {
    self.state = state
    self.quench = quench
  }

  /// Reads what `description` wrote.
  public init?(_ text: String) {
    let parts = text.split(separator: " ", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    state = FilePath(String(parts[1]))
    let numbers = parts[0].split(separator: ".")
    quench =
      numbers.count == 2
      ? Int32(numbers[0]).flatMap { pid in UInt64(numbers[1]).map { ProcessIdentity(pid: pid, start: $0) } } : nil
  }

  /// The owner as a variable's value.
  public var text: String { (quench.map { "\($0.pid).\($0.start)" } ?? "kept") + " \(state)" }
}
