/// How far a promotion has come; each state but the first is reached by the step of the same name.
public enum PromotionState: String, Sendable, Hashable, Codable, CaseIterable {
  /// It was asked for.
  case requested
  /// Everything that has to hold before it may begin was found to hold.
  case gated
  /// The artifact is in the build store, and its bytes hash to its digest.
  case fetched
  /// The new set's instances were started.
  case started
  /// All of them are healthy.
  case healthy
  /// Production's traffic goes to the new set.
  case routed
  /// The earlier set has no request left.
  case drained
  /// The earlier set stays up for a rollback.
  case retained
  /// The new set did no worse than the one before for as long as it was watched.
  case baked
  /// All is over: the hot set was realigned, and sets that nobody goes back to were stopped.
  case done
  /// Something did not hold, and nothing was begun.
  case refused
  /// What was begun was undone: production is where it was.
  case reverted

  /// Whether nothing comes after it.
  public var isFinal: Bool { self == .done || self == .refused || self == .reverted }
}

/// What a promotion or a rollback came to.
public enum PromotionResult: String, Sendable, Hashable, Codable, CaseIterable {
  /// Production is on the build that was asked for.
  case promoted = "PROMOTED"
  /// Production is where it was before: what was begun was undone.
  case reverted = "REVERTED"
  /// Nothing was begun.
  case refused = "REFUSED"

  /// The state that goes with it.
  public var state: PromotionState {
    switch self {
    case .promoted: .done
    case .reverted: .reverted
    case .refused: .refused
    }
  }
}
