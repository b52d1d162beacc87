/// A node of a document with aliases and merge keys resolved, and where it stands.
struct YAMLValue {
  /// One key of a mapping.
  struct Entry {
    var key: String
    var keyPosition: Position
    var value: YAMLValue
  }

  enum Kind {
    /// A scalar as it is written; `isPlain` when it stands without quotes and in no block.
    case scalar(String, isPlain: Bool)
    case sequence([YAMLValue])
    case mapping([Entry])
  }

  var kind: Kind
  var position: Position

  /// Whether this is a null of YAML 1.1: nothing, `~` or `null`, unquoted.
  var isNull: Bool {
    guard case .scalar(let text, isPlain: true) = kind else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }

  /// What the value is, with an article, for messages.
  var noun: String {
    switch kind {
    case .scalar: isNull ? "nothing" : "a single value"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}
