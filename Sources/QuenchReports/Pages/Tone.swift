import QuenchSuites

/// How something is shown: by a mark and a word, and by a colour beside them for those who see it.
public enum Tone: String, Sendable, Hashable, CaseIterable {
  /// It passed.
  case good
  /// It failed.
  case bad
  /// Nothing is proved.
  case doubt
  /// Nothing was done, or nothing counts.
  case idle

  /// The mark that says the same as the colour.
  var mark: String {
    switch self {
    case .good: "✓"
    case .bad: "✗"
    case .doubt: "?"
    case .idle: "○"
    }
  }
}

extension Outcome {
  /// How it is shown.
  public var tone: Tone {
    switch self {
    case .passed: .good
    case .failed, .error: .bad
    case .inconclusive: .doubt
    }
  }
}

extension TestResult.Result {
  /// How it is shown.
  var tone: Tone {
    switch self {
    case .passed: .good
    case .failed, .crashed, .timedOut: .bad
    case .knownIssue: .doubt
    case .skipped: .idle
    }
  }

  /// The word as people read it.
  var word: String { rawValue.lowercased().replacing("_", with: " ") }
}
