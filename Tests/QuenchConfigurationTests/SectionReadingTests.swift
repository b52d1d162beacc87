import QuenchConfiguration
import Testing

/// Reading `service` from one file and the rest from another.
@Suite struct SectionReadingTests {
  @Test func theServiceAloneIgnoresFaultsElsewhere() throws {
    let yaml = """
      service: { name: a, run: ./a }
      suites: { api: { command: 1, comand: 2 }, api: 3 }
      hot: many
      hot: { instances: 0 }
      future: { x: !tag y }
      """
    #expect(try ServiceConfiguration.read(yaml: yaml, file: "f") == ServiceConfiguration(name: "a", run: "./a"))
    let error = #expect(throws: ConfigurationError.self) { try Configuration.read(yaml: yaml, file: "f") }
    let faults = error?.faults.map { "\($0.line):\($0.column) \($0.code.rawValue)" }
    #expect(
      faults == [
        "2:30 unknown-key", "2:43 duplicate-key", "3:6 wrong-type", "4:1 duplicate-key", "5:1 unknown-key",
      ])
  }

  @Test func theServiceAloneIsReadStrictly() {
    let yaml = "suites: 1\nservice: { name: a, rn: ./a, name: b }\n"
    let error = #expect(throws: ConfigurationError.self) { try ServiceConfiguration.read(yaml: yaml, file: "f") }
    #expect(error?.faults.map(\.code) == [.missingKey, .unknownKey, .duplicateKey])
    #expect(error?.faults.map(\.suggestion) == ["run:", "run", nil])
  }

  @Test func aMisspeltServiceIsNamed() {
    let yaml = "servcie: { name: a, run: ./a }\nhott: 1"
    let error = #expect(throws: ConfigurationError.self) { try ServiceConfiguration.read(yaml: yaml, file: "f") }
    #expect(error?.faults.map(\.code) == [.missingKey, .unknownKey])
    #expect(error?.faults.last?.suggestion == "service")
  }

  @Test func theHostsSectionsTakeAServiceFromElsewhere() throws {
    let service = ServiceConfiguration(name: "other", run: "./other")
    let yaml = "service: { nonsense: 1, nonsense: 2 }\nhot: { instances: 3 }\nsuites: { s: { command: x, shards: 3 } }"
    let configuration = try Configuration.read(yaml: yaml, file: "f", service: service)
    #expect(configuration.service == service)
    #expect(configuration.hot.instances == 3)
    #expect(configuration.suites.map(\.shards) == [3])
    let none = try Configuration.read(yaml: "", file: "f", service: service)
    #expect(none == Configuration(service: service))
    let error = #expect(throws: ConfigurationError.self) {
      try Configuration.read(yaml: "hot: { instances: x }\nservce: 1", file: "f", service: service)
    }
    #expect(error?.faults.map(\.code) == [.wrongType, .unknownKey])
  }

  @Test func dependenciesMayStandBesideTheService() throws {
    let yaml = "service: { name: a, run: ./a }\ndependencies: { db: { use: DATABASE_URL } }\n"
    let dependencies = [DependencyConfiguration(name: "db", source: .use(variable: "DATABASE_URL"))]
    #expect(try Configuration.read(yaml: yaml, file: "f").service.dependencies == dependencies)
    #expect(try ServiceConfiguration.read(yaml: yaml, file: "f").dependencies == dependencies)
    let other = ServiceConfiguration(name: "other", run: "./other")
    #expect(try Configuration.read(yaml: yaml + "hot:\n", file: "f", service: other).service == other)
  }

  @Test func dependenciesInTwoPlacesAreRefused() {
    let yaml =
      "service: { name: a, run: ./a, dependencies: { a: { use: A } } }\ndependencies: { b: { usee: B } }\n"
    let error = #expect(throws: ConfigurationError.self) { try ServiceConfiguration.read(yaml: yaml, file: "f") }
    let faults = error?.faults.map { "\($0.line):\($0.column) \($0.code.rawValue)" }
    #expect(faults == ["2:15 bad-value", "2:17 missing-key", "2:22 unknown-key"])
  }

  @Test func theWholeCheckoutIsAnOutput() throws {
    for output in [".", "./"] {
      let yaml = "service: { name: a, run: ./a, outputs: [\(output), build/b] }"
      #expect(try ServiceConfiguration.read(yaml: yaml, file: "f").outputs == [output, "build/b"])
    }
  }
}
