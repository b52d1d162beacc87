extension Field {
  /// The `api` section.
  func api() -> APIConfiguration? {
    guard !value.isNull, let section = section(known: KnownKeys.api) else { return nil }
    let listen = section.required("listen")?.address()
    let certificate = section.required("certificate")?.file(), key = section.required("key")?.file()
    let clients = section["clients"]?.apiClients()
    guard let listen, let certificate, let key else { return nil }
    return APIConfiguration(listen: listen, certificate: certificate, key: key, clients: clients)
  }

  private func apiClients() -> APIConfiguration.Clients? {
    guard let section = section(known: KnownKeys.apiClients) else { return nil }
    guard let authorities = section.required("authorities")?.file() else { return nil }
    let can = section["can"]?.list(of: "what such a client may do")?.compactMap { element -> String? in
      guard let word = element.line() else { return nil }
      guard APIConfiguration.scopes.contains(word) else {
        element.refuse(
          "is one of \(APIConfiguration.scopes.joined(separator: ", ")), not \(Quotation.of(word))",
          suggestion: Spelling.nearest(to: word, in: APIConfiguration.scopes))
        return nil
      }
      return word
    }
    return APIConfiguration.Clients(authorities: authorities, can: can ?? [])
  }
}

extension APIConfiguration {
  /// Reads the `api` of a file and leaves every other section, whatever it holds, alone.
  ///
  /// - Parameters:
  ///   - yaml: The file's text.
  ///   - file: The file's name as errors are to show it.
  /// - Returns: nil where the file has none.
  /// - Throws: ``ConfigurationError`` with every fault of the section, or of the text when it is no YAML.
  public static func read(yaml: String, file: String) throws(ConfigurationError) -> APIConfiguration? {
    let reading = try FileReading(yaml: yaml, file: file)
    return try reading.finish(.some(reading.file["api"]?.api()), sections: ["api"])
  }
}
