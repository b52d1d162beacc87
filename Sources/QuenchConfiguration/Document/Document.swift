/// A file as its top-level sections, and the faults of its structure by the section they are in.
struct Document {
  /// The top-level entries in the order of the file, each key once.
  private(set) var entries: [YAMLValue.Entry] = []

  private var faults: [String: [ConfigurationError.Fault]] = [:]

  /// Parses `text`.
  ///
  /// - Throws: ``ConfigurationError/Fault`` of the text as a whole: no YAML, too large, no mapping.
  init(parsing text: SourceText) throws(ConfigurationError.Fault) {
    let parsed = try DocumentParser.parse(text)
    guard let root = parsed.root else { return }
    var tree = DocumentTree(originals: parsed.originals)
    let shallow = try tree.shallowEntries(of: root)
    for (key, fault) in tree.takeFaults() { faults[key, default: []].append(fault) }
    for entry in shallow {
      let value = try tree.value(of: entry.node, depth: 1)
      entries.append(.init(key: entry.key, keyPosition: entry.position, value: value))
      faults[entry.key, default: []] += tree.takeFaults().map(\.fault)
    }
  }

  /// Repeated keys, keys that are collections and the like within the sections `keys` and at the top level.
  func faults(in keys: [String]) -> [ConfigurationError.Fault] {
    ([""] + keys).flatMap { faults[$0] ?? [] }
  }
}
