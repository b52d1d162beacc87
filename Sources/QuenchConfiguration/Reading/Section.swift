/// A mapping of the file while it is read: its fields by key, and where it stands.
struct Section {
  /// The path of the mapping; empty for the file itself.
  let path: String
  /// Where the mapping's own key stands.
  let keyPosition: Position
  let entries: [YAMLValue.Entry]
  let log: FaultLog

  /// The fields in the order of the file.
  var fields: [Field] { entries.map(field) }

  /// The field of `key`, if the file has it.
  subscript(key: String) -> Field? { entries.first { $0.key == key }.map(field) }

  /// The field of a key that has to be there; a fault at the section's own key when it is not.
  func required(_ key: String) -> Field? {
    if let field = self[key] { return field }
    log.add(keyPosition, .missingKey, "\(name) needs the key `\(key)`", suggestion: "\(key):")
    return nil
  }

  /// The field of the one key of `alternatives` that stands here; a fault when there is none, or a second.
  func exactlyOne(of alternatives: [String]) -> Field? {
    let present = fields.filter { alternatives.contains($0.key) }
    let choice = alternatives.map { "`\($0)`" }.joined(separator: ", ")
    guard let first = present.first else {
      log.add(keyPosition, .missingKey, "\(name) needs one of \(choice)")
      return nil
    }
    for other in present.dropFirst() {
      log.add(
        other.keyPosition, .badValue, "\(name) has `\(first.key)` already; it takes exactly one of \(choice)")
    }
    return first
  }

  /// A fault for each key that is not in `known`, with the nearest one that is.
  func refuseUnknown(_ known: [String]) {
    for entry in entries where !known.contains(entry.key) {
      let near = Spelling.nearest(to: entry.key, in: known)
      let place = near == nil ? KnownKeys.place(of: entry.key) : nil
      var message = "unknown key \(Quotation.of(entry.key)) in \(name)"
      if near == nil {
        message +=
          place == entry.key ? ", for it stands at the top of the file" : "; there are \(known.joined(separator: ", "))"
      }
      log.add(entry.keyPosition, .unknownKey, message, suggestion: near ?? (place == entry.key ? nil : place))
    }
  }

  private var name: String { path.isEmpty ? "the file" : "`\(path)`" }

  private func field(_ entry: YAMLValue.Entry) -> Field {
    Field(
      key: entry.key, path: path.isEmpty ? entry.key : "\(path).\(entry.key)", keyPosition: entry.keyPosition,
      value: entry.value, log: log)
  }
}
