extension String {
  /// Whether two secrets are the same; takes as long for any text of its length.
  public func isSameInConstantTime(as other: String) -> Bool {
    let own = Array(utf8), shown = Array(other.utf8)
    guard own.count == shown.count else { return false }
    return zip(own, shown).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
