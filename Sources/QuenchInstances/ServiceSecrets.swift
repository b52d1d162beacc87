import Foundation
import QuenchConfiguration
import SystemPackage

/// The variables of the runner that a service asked for by name.
public enum ServiceSecrets {
  /// The values of `service.secrets`, from the environment or else from `secrets-file`.
  ///
  /// - Throws: `InstanceError` with code `secret-missing`, naming every one that is not there.
  public static func values(of service: ServiceConfiguration) throws(InstanceError) -> [String: String] {
    try values(named: service.secrets, file: service.secretsFile)
  }

  /// The values of `service.build-secrets`.
  ///
  /// - Throws: `InstanceError` with code `secret-missing`.
  public static func buildValues(of service: ServiceConfiguration) throws(InstanceError) -> [String: String] {
    try values(named: service.buildSecrets, file: service.secretsFile)
  }

  /// The secrets of a service that are set here, whichever are not: to be hidden in what is printed.
  public static func known(of service: ServiceConfiguration) -> [String: String] {
    let written = service.secretsFile.flatMap { try? read($0) } ?? [:]
    return found(service.secrets + service.buildSecrets, orElseIn: written)
  }

  private static func values(named names: [String], file: String?) throws(InstanceError) -> [String: String] {
    guard !names.isEmpty else { return [:] }
    let written = try file.map { path throws(InstanceError) in try read(path) } ?? [:]
    let values = found(names, orElseIn: written)
    let missing = names.filter { values[$0] == nil }
    guard missing.isEmpty else {
      throw InstanceError(
        .secretMissing, "quench.yml asks for \(missing.joined(separator: ", ")), which is not set here",
        remedy: missing.map { "\($0)=…" }.joined(separator: " ")
          + " quench …, or name a secrets-file in this host's quench.yml")
    }
    return values
  }

  private static func found(_ names: [String], orElseIn written: [String: String]) -> [String: String] {
    let environment = ProcessInfo.processInfo.environment
    var values: [String: String] = [:]
    for name in names { values[name] = environment[name] ?? written[name] }
    return values
  }

  /// Reads lines of `NAME=value`; blank lines and those that begin with `#` are passed over.
  private static func read(_ path: String) throws(InstanceError) -> [String: String] {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw InstanceError(.secretMissing, "cannot read the secrets-file \(path)", cause: error)
    }
    var values: [String: String] = [:]
    for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { values[parts[0].trimmingCharacters(in: .whitespaces)] = String(parts[1]) }
    }
    return values
  }
}
