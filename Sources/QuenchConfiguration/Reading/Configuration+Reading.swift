extension Configuration {
  /// Reads a whole `quench.yml`.
  ///
  /// - Parameters:
  ///   - yaml: The file's text.
  ///   - file: The file's name as errors are to show it.
  /// - Throws: ``ConfigurationError`` with every fault of the file.
  public static func read(yaml: String, file: String) throws(ConfigurationError) -> Configuration {
    let reading = try FileReading(yaml: yaml, file: file)
    let service = reading.service()
    return try reading.finish(reading.configuration(of: service), sections: KnownKeys.file)
  }

  /// Reads everything but `service` from a file, and takes the service from elsewhere.
  ///
  /// The service is the revision's under test; suites, sets, balancer and gate are the host's. Faults in this file's
  /// own `service` do not count.
  ///
  /// - Parameters:
  ///   - yaml: The file's text.
  ///   - file: The file's name as errors are to show it.
  ///   - service: The service, as ``ServiceConfiguration/read(yaml:file:)`` gives it.
  /// - Throws: ``ConfigurationError`` with every fault outside of `service`.
  public static func read(
    yaml: String, file: String, service: ServiceConfiguration
  ) throws(ConfigurationError) -> Configuration {
    let reading = try FileReading(yaml: yaml, file: file)
    return try reading.finish(
      reading.configuration(of: service), sections: KnownKeys.file.filter { !KnownKeys.ofService.contains($0) })
  }
}

extension BalancerConfiguration {
  /// Reads the `balancer` of a file and leaves every other section, whatever it holds, alone.
  ///
  /// - Parameters:
  ///   - yaml: The file's text.
  ///   - file: The file's name as errors are to show it.
  /// - Throws: ``ConfigurationError`` with every fault of the section, or of the text when it is no YAML.
  public static func read(yaml: String, file: String) throws(ConfigurationError) -> BalancerConfiguration {
    let reading = try FileReading(yaml: yaml, file: file)
    let balancer = reading.file["balancer"]?.balancer() ?? BalancerConfiguration()
    return try reading.finish(balancer, sections: ["balancer"])
  }
}

extension ServiceConfiguration {
  /// Reads the `service` of a file and leaves every other section, whatever it holds, alone.
  ///
  /// - Parameters:
  ///   - yaml: The file's text.
  ///   - file: The file's name as errors are to show it.
  /// - Throws: ``ConfigurationError`` with every fault of the section, or of the text when it is no YAML.
  public static func read(yaml: String, file: String) throws(ConfigurationError) -> ServiceConfiguration {
    let reading = try FileReading(yaml: yaml, file: file)
    let service = reading.service()
    return try reading.finish(service, sections: KnownKeys.ofService)
  }
}
