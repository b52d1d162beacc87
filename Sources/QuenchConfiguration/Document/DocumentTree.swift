import Yams

/// Builds values out of Yams' nodes: resolves merge keys, reports repeated keys, and counts what aliases repeat.
struct DocumentTree {
  /// A key of a mapping whose value is not built yet.
  struct ShallowEntry {
    var key: String
    var position: Position
    var node: Node
  }

  private let originals: [String: String]
  private var nodes = 0
  private var faults: [(key: String, fault: ConfigurationError.Fault)] = []

  init(originals: [String: String]) { self.originals = originals }

  /// The faults found since this was last asked, each with the key it was found at or under.
  mutating func takeFaults() -> [(key: String, fault: ConfigurationError.Fault)] {
    defer { faults = [] }
    return faults
  }

  /// The value of `node`, which stands `depth` levels deep.
  ///
  /// - Throws: ``ConfigurationError/Fault`` when the document is too large or too deep.
  mutating func value(of node: Node, depth: Int) throws(ConfigurationError.Fault) -> YAMLValue {
    let position = Self.position(of: node)
    try count(at: position, depth: depth)
    checkTag(of: node, at: position)
    switch node {
    case .scalar(let scalar):
      return YAMLValue(kind: .scalar(text(of: scalar), isPlain: scalar.style == .plain), position: position)
    case .sequence(let sequence):
      var elements: [YAMLValue] = []
      for element in sequence { elements.append(try value(of: element, depth: depth + 1)) }
      return YAMLValue(kind: .sequence(elements), position: position)
    case .mapping(let mapping):
      var entries: [YAMLValue.Entry] = []
      for entry in try self.entries(of: mapping, depth: depth) {
        let value = try value(of: entry.node, depth: depth + 1)
        entries.append(.init(key: entry.key, keyPosition: entry.position, value: value))
      }
      return YAMLValue(kind: .mapping(entries), position: position)
    case .alias:
      // Yams' parser puts the anchored node in an alias's place; this case is for documents made to be written.
      return YAMLValue(kind: .scalar("", isPlain: true), position: position)
    }
  }

  /// The top-level entries; none and a fault when the root is no mapping.
  mutating func shallowEntries(of root: Node) throws(ConfigurationError.Fault) -> [ShallowEntry] {
    if case .mapping(let mapping) = root { return try entries(of: mapping, depth: 0) }
    if try value(of: root, depth: 0).isNull { return [] }
    throw .init(Self.position(of: root), .wrongType, "the file has to be a mapping of sections, such as `service:`")
  }

  /// The entries of a mapping, merged ones behind its own, each key once.
  private mutating func entries(of mapping: Node.Mapping, depth: Int) throws(ConfigurationError.Fault)
    -> [ShallowEntry]
  {
    var own: [ShallowEntry] = []
    var places: [String: Position] = [:]
    var merged: [ShallowEntry] = []
    for (key, node) in mapping {
      let position = Self.position(of: key)
      try count(at: position, depth: depth)
      guard case .scalar(let scalar) = key else {
        note("", .init(position, .wrongType, "a key has to be a single word, not a list or a mapping"))
        continue
      }
      let name = text(of: scalar)
      if name == "<<", scalar.style == .plain {
        merged += try merge(node, depth: depth + 1)
      } else if let first = places[name] {
        note(
          name,
          .init(
            position, .duplicateKey,
            "the key \(Quotation.of(name)) stands a second time; the first is at \(first.line):\(first.column)"))
      } else {
        places[name] = position
        own.append(ShallowEntry(key: name, position: position, node: node))
      }
    }
    for entry in merged where places[entry.key] == nil {
      places[entry.key] = entry.position
      own.append(entry)
    }
    return own
  }

  /// What a merge key brings (https://yaml.org/type/merge.html): earlier mappings win over later ones.
  private mutating func merge(_ node: Node, depth: Int) throws(ConfigurationError.Fault) -> [ShallowEntry] {
    let position = Self.position(of: node)
    try count(at: position, depth: depth)
    switch node {
    case .mapping(let mapping): return try entries(of: mapping, depth: depth)
    case .sequence(let sequence):
      var merged: [ShallowEntry] = []
      for element in sequence { merged += try merge(element, depth: depth + 1) }
      return merged
    default:
      note("", .init(position, .wrongType, "`<<` merges a mapping or a list of mappings, not a single value"))
      return []
    }
  }

  private mutating func count(at position: Position, depth: Int) throws(ConfigurationError.Fault) {
    nodes += 1
    if nodes > DocumentLimits.nodes {
      throw .init(position, .tooLarge, "the file has more than \(DocumentLimits.nodes) values")
    }
    if depth > DocumentLimits.depth {
      throw .init(position, .tooLarge, "the file is nested deeper than \(DocumentLimits.depth) levels")
    }
  }

  private mutating func note(_ key: String, _ fault: ConfigurationError.Fault) {
    faults.append((key, fault))
  }

  private mutating func checkTag(of node: Node, at position: Position) {
    let name = node.tag.rawValue
    guard !name.isEmpty, !name.hasPrefix("tag:yaml.org,2002:") else { return }
    note(
      "",
      .init(position, .badValue, "the tag \(Quotation.of(name)) means nothing here; quench.yml has no tags of its own"))
  }

  private func text(of scalar: Node.Scalar) -> String { originals[scalar.string] ?? scalar.string }

  private static func position(of node: Node) -> Position {
    node.mark.map { Position(line: $0.line, column: $0.column) } ?? .start
  }
}
