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
      service.secretsFile = service.secretsFile.map {
        file.path.removingLastComponent().pushing(FilePath($0)).lexicallyNormalized().string
      }
      return service
    }
  }

  /// The `secrets-file` that counts for every revision.
  ///
  /// Quench itself reads the file, unconfined, so which one that is must not be a revision's to choose.
  var secretsFile: String? { (try? service.get())?.secretsFile }

  /// Everything that the file says, of a service that comes from elsewhere or else from this file.
  ///
  /// - Throws: `ConfigurationError` at what is wrong in the file.
  func configuration(with committed: ServiceConfiguration?) throws(ConfigurationError) -> Configuration {
    if let committed {
      return try Configuration.read(yaml: file.text, file: file.path.string, service: committed)
    }
    var configuration = try Configuration.read(yaml: file.text, file: file.path.string)
    configuration.service.secretsFile = secretsFile
    return configuration
  }
}
