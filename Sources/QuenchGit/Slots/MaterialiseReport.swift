/// What ``Repository/materialise(_:into:clean:)`` did to a slot.
public struct MaterialiseReport: Sendable, Hashable {
  /// How many files were written, because the revision has other ones or because they had been tampered with.
  public let written: Int
  /// How many files the revision does not have were removed; with `clean`, untracked ones count as well.
  public let removed: Int
  /// How many of the revision's files were right already and kept their modification times.
  public let unchanged: Int
  /// Whether the slot did not hold what it was left with: a run was killed in the middle, or files had been changed.
  public let wasDirty: Bool

  /// A report with these figures.
  public init(written: Int, removed: Int, unchanged: Int, wasDirty: Bool) {
    self.written = written
    self.removed = removed
    self.unchanged = unchanged
    self.wasDirty = wasDirty
  }
}
