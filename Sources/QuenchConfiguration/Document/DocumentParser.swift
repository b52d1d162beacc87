import Yams

/// Parses a text into Yams' nodes, going on after repeated keys so that all of them are found.
///
/// Yams stops at the first mapping that has a key twice. The parser here overwrites the earlier key, in memory, by a
/// stand-in of the same length from a private-use area, which leaves every position as it was, and parses again; the
/// tree is later built with the original names put back and the later key reported.
struct DocumentParser {
  /// The nodes of a document, and the names behind the stand-ins.
  struct Parsed {
    /// The document's root; nil for an empty file.
    var root: Node?
    /// The original of each stand-in.
    var originals: [String: String]
  }

  private var text: SourceText
  private var originals: [String: String] = [:]
  private var nextStandIn: UInt32 = 0xF000

  private init(_ text: SourceText) { self.text = text }

  /// Parses `text`.
  ///
  /// - Throws: ``ConfigurationError/Fault`` for a text that is no YAML or too large.
  static func parse(_ text: SourceText) throws(ConfigurationError.Fault) -> Parsed {
    if let fault = DocumentLimits.refusal(of: text) { throw fault }
    var parser = DocumentParser(text)
    return try parser.parse()
  }

  private mutating func parse() throws(ConfigurationError.Fault) -> Parsed {
    var budget = DocumentLimits.reparsedBytes
    while true {
      do {
        // Every scalar is read as it is written, so no resolver has to guess at types.
        let root = try Yams.compose(yaml: text.string, .basic, .default, .utf8)
        return Parsed(root: root, originals: originals)
      } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
        let position = Position(line: context.mark.line, column: context.mark.column)
        let key = keys.first ?? ""
        budget -= text.scalars.count + 1
        guard budget > 0, replace(key, at: position) else {
          let name = originals[key] ?? key
          throw .init(position, .duplicateKey, "the key \(Quotation.of(name)) stands more than once in this mapping")
        }
      } catch {
        throw SyntaxFault.fault(for: error, in: text)
      }
    }
  }

  /// Overwrites the key that is written at `position`, after its anchor, tag and quote, by a new stand-in.
  private mutating func replace(_ key: String, at position: Position) -> Bool {
    let name = Array(key.unicodeScalars)
    guard var offset = text.offset(of: position), !name.isEmpty, originals[key] == nil else { return false }
    let end = text.scalars.count
    while offset < end, text.scalars[offset] == "&" || text.scalars[offset] == "!" {
      while offset < end, text.scalars[offset] != " " { offset += 1 }
      while offset < end, text.scalars[offset] == " " { offset += 1 }
    }
    if offset < end, text.scalars[offset] == "\"" || text.scalars[offset] == "'" { offset += 1 }
    guard offset + name.count <= end, Array(text.scalars[offset..<(offset + name.count)]) == name else { return false }
    guard let first = Unicode.Scalar(nextStandIn), nextStandIn < 0xF800, !text.scalars.contains(first) else {
      return false
    }
    nextStandIn += 1
    let standIn = [first] + Array(repeating: Unicode.Scalar(UInt8(ascii: "_")), count: name.count - 1)
    text.overwrite(from: offset, with: standIn)
    var view = String.UnicodeScalarView()
    view.append(contentsOf: standIn)
    originals[String(view)] = key
    return true
  }
}
