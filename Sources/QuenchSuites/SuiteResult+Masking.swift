import QuenchProcesses

extension SuiteResult {
  /// The result without secrets in what tests and commands said.
  func masked(by mask: SecretMask) -> SuiteResult {
    var result = self
    result.reason = reason.map(mask.masking)
    result.tests = tests.map { $0.masked(by: mask) }
    return result
  }
}

extension TestResult {
  /// The result without secrets in what the test said.
  func masked(by mask: SecretMask) -> TestResult {
    var result = self
    result.id = mask.masking(id)
    result.message = message.map(mask.masking)
    return result
  }
}

extension SuiteProgress {
  /// The progress without secrets in what was printed.
  func masked(by mask: SecretMask) -> SuiteProgress {
    switch self {
    case .building(let line): .building(line: mask.masking(line))
    case .testStarted(let id): .testStarted(id: mask.masking(id))
    case .testEnded(let test, let counts): .testEnded(test.masked(by: mask), counts)
    }
  }
}
