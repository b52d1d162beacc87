import QuenchSuites

extension Outcome {
  /// The word, in the colour that fits it.
  func word(_ style: Style) -> String {
    switch self {
    case .passed: style.green(rawValue)
    case .failed, .error: style.red(rawValue)
    case .inconclusive: style.yellow(rawValue)
    }
  }

  /// The mark that stands before a suite.
  func mark(_ style: Style) -> String {
    switch self {
    case .passed: style.green("✓")
    case .failed: style.red("✗")
    case .error: style.red("!")
    case .inconclusive: style.yellow("?")
    }
  }
}
