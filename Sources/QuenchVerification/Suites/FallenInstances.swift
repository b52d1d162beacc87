import QuenchInstances
import QuenchManagers
import QuenchSuites

/// The instances of a suite that ended while it ran.
///
/// A suite that passed while its instance fell over has not shown that the service works.
actor FallenInstances {
  private let manager: HotpointManager
  private var reasons: [String] = []

  init(manager: HotpointManager) {
    self.manager = manager
  }

  /// Remembers which of the instances do not run.
  func look(at instances: [Instance]) async {
    for (instance, health) in zip(instances, await manager.health(of: instances)) {
      guard case .ended(_, let lines) = health else { continue }
      let tail = lines.isEmpty ? "" : ":\n" + lines.map { "  | \($0)" }.joined(separator: "\n")
      reasons.append("instance \(instance.id) \(health) while the suite ran\(tail)")
    }
  }

  /// Has the suite's result say what fell over.
  func note(in result: inout SuiteResult) {
    guard !reasons.isEmpty else { return }
    result.reason = ([result.reason].compactMap { $0 } + reasons).joined(separator: "; ")
    if result.result != .failed { result.result = .error }
  }
}
