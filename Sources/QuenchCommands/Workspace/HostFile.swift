import QuenchConfiguration
import SystemPackage

/// This host's own `quench.yml`, uncommitted edits included, read once for each command.
struct HostFile: Sendable {
  let file: ConfigurationFile
  /// The service that the file describes; its faults count only where that is not left to the revisions.
  let service: Result<ServiceConfiguration, ConfigurationError>

  /// Reads the file.
  ///
  /// - Throws: `ConfigurationError` when it cannot be read; what is wrong in it is told where it is needed.
  init(_ path: FilePath) throws(ConfigurationError) {
    let file = try ConfigurationFile.load(path)
    self.file = file
    service = Result { () throws(ConfigurationError) in
      var service = try ServiceConfiguration.read(yaml: file.text, file: file.path.string)
      service.secretsFile = service.secretsFile.map { Self.located($0, beside: file.path) }
      return service
    }
  }

  /// The `secrets-file` that counts for every revision.
  ///
  /// Quench itself reads the file, unconfined, so which one that is must not be a revision's to choose.
  var secretsFile: String? { (try? service.get())?.secretsFile }

  /// What this host's listeners speak TLS with, by full paths; nil where nothing does, or the file is wrong.
  var tls: BalancerConfiguration.TLS? { try? Self.tls(of: file) }

  /// What a file's listeners speak TLS with, by full paths.
  ///
  /// - Throws: `ConfigurationError` at what is wrong in its `balancer`.
  static func tls(of file: ConfigurationFile) throws(ConfigurationError) -> BalancerConfiguration.TLS? {
    let tls = try BalancerConfiguration.read(yaml: file.text, file: file.path.string).tls
    return tls.map { located($0, beside: file.path) }
  }

  /// Where the control plane is asked from afar, by full paths; nil where it is not, or the file is wrong.
  var api: APIConfiguration? { (try? Self.api(of: file)) ?? nil }

  /// Where a file has the control plane be asked from afar, by full paths.
  ///
  /// - Throws: `ConfigurationError` at what is wrong in its `api`.
  static func api(of file: ConfigurationFile) throws(ConfigurationError) -> APIConfiguration? {
    try APIConfiguration.read(yaml: file.text, file: file.path.string).map { located($0, beside: file.path) }
  }

  private static func located(_ api: APIConfiguration, beside file: FilePath) -> APIConfiguration {
    var api = api
    (api.certificate, api.key) = (located(api.certificate, beside: file), located(api.key, beside: file))
    if let clients = api.clients { api.clients?.authorities = located(clients.authorities, beside: file) }
    return api
  }

  private static func located(
    _ tls: BalancerConfiguration.TLS, beside file: FilePath
  ) -> BalancerConfiguration.TLS {
    BalancerConfiguration.TLS(
      certificate: located(tls.certificate, beside: file), key: located(tls.key, beside: file), test: tls.test)
  }

  private static func located(_ path: String, beside file: FilePath) -> String {
    file.removingLastComponent().pushing(FilePath(path)).lexicallyNormalized().string
  }

  /// Everything that the file says, of a service that comes from elsewhere or else from this file.
  ///
  /// - Throws: `ConfigurationError` at what is wrong in the file.
  func configuration(with committed: ServiceConfiguration?) throws(ConfigurationError) -> Configuration {
    if let committed {
      var configuration = try Configuration.read(yaml: file.text, file: file.path.string, service: committed)
      configuration.balancer.tls = configuration.balancer.tls.map { Self.located($0, beside: file.path) }
      return configuration
    }
    var configuration = try Configuration.read(yaml: file.text, file: file.path.string)
    configuration.service.secretsFile = secretsFile
    configuration.balancer.tls = configuration.balancer.tls.map { Self.located($0, beside: file.path) }
    return configuration
  }
}
