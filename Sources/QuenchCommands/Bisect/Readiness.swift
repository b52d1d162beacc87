import QuenchBisect

/// What a revision has to manage before its tests can run.
///
/// Each is searched for as a test is, where the bad end does not manage it; elsewhere a revision without it says nothing.
enum Readiness: String, CaseIterable, CustomStringConvertible {
  case build = "(build)"
  case start = "(start)"

  var description: String {
    switch self {
    case .build: "build"
    case .start: "start"
    }
  }

  /// What is observed of a revision that does not manage it.
  func lacking(at revision: String) -> Observation {
    let passed = self == .start ? [Self.build.rawValue] : []
    return Observation(revision, .ran(passed: passed, failed: [rawValue]))
  }

  /// Whether a run failed before its tests.
  static func isLacking(in failed: [String]) -> Bool { allCases.contains { failed.contains($0.rawValue) } }
}
