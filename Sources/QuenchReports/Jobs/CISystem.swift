/// A CI system that a command runs in, told by the variables that each sets for its jobs.
public enum CISystem: String, Sendable, CaseIterable {
  /// GitHub Actions, and what takes its place, such as Forgejo's.
  case github
  /// GitLab CI/CD.
  case gitlab
  /// Azure Pipelines.
  case azure
  /// Buildkite.
  case buildkite
  /// CircleCI.
  case circleci
  /// Jenkins.
  case jenkins

  /// The system whose job has these variables; nil outside of one.
  public init?(environment: [String: String]) {
    let found = Self.allCases.first { system in
      let (name, value) = system.sign
      guard let given = environment[name], !given.isEmpty else { return false }
      return value.map { given.lowercased() == $0 } ?? true
    }
    guard let found else { return nil }
    self = found
  }

  /// The variable that tells it, and its value where that counts.
  private var sign: (name: String, value: String?) {
    switch self {
    case .github: ("GITHUB_ACTIONS", "true")
    case .gitlab: ("GITLAB_CI", "true")
    case .azure: ("TF_BUILD", "true")
    case .buildkite: ("BUILDKITE", "true")
    case .circleci: ("CIRCLECI", "true")
    case .jenkins: ("JENKINS_URL", nil)
    }
  }
}
