extension PromotionOrder {
  /// The longest that a new set is watched, in seconds: a week.
  private static let longestBake: Double = 7 * 86400

  /// Makes sure that it can be done.
  ///
  /// - Throws: `ControlError` with code `request-invalid`.
  func check() throws(ControlError) {
    try revision.checkIsCommit()
    if let bakeSeconds, !(0...Self.longestBake).contains(bakeSeconds) {
      throw ControlError(
        .requestInvalid, "a new set is watched for a week at the most", remedy: "quench promote --bake 1d")
    }
    try noWayBack?.checkIsSaid("a promotion without a way back")
    try override?.checkIsSaid("a promotion against the gate")
  }
}

extension RollbackOrder {
  /// Makes sure that it can be done.
  ///
  /// - Throws: `ControlError` with code `request-invalid`.
  func check() throws(ControlError) { try revision?.checkIsCommit() }
}

extension String {
  /// Makes sure that it is a commit's whole object id, which goes on to mean the same commit.
  fileprivate func checkIsCommit() throws(ControlError) {
    guard wholeMatch(of: /[0-9a-f]{40}|[0-9a-f]{64}/) == nil else { return }
    throw ControlError(
      .requestInvalid, "a commit is asked for by its whole object id, not by another name", remedy: "git rev-parse HEAD"
    )
  }

  /// Makes sure that there is a reason.
  func checkIsSaid(_ what: String) throws(ControlError) {
    guard !contains(where: { !$0.isWhitespace }) else { return }
    throw ControlError(.requestInvalid, "\(what) says why")
  }
}
