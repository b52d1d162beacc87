import QuenchConfiguration

extension ConfigurationDraft {
  /// The `quench.yml` that a survey suggests.
  init(_ survey: ServiceSurvey) {
    self.init(
      name: survey.name, build: survey.build.map { CommandConfiguration(command: $0) }, outputs: survey.outputs,
      run: survey.run,
      health: HealthConfiguration(probe: survey.healthPath.map { .http(path: $0) } ?? .tcp),
      suites: survey.suites.map { suite in
        SuiteConfiguration(
          name: suite.name,
          kind: suite.command.map { .command(CommandConfiguration(command: $0)) }
            ?? .swiftTest(SwiftTestConfiguration(package: suite.package, filter: suite.filter)),
          instances: suite.needsInstances ? .count(1) : .none)
      })
  }
}
