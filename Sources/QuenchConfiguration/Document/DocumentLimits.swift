/// What a configuration file may grow to, so that no file can use up time, memory or stack.
enum DocumentLimits {
  /// The largest file, in bytes.
  static let bytes = 1 << 20
  /// The most nodes, those that aliases repeat counted each time.
  static let nodes = 20_000
  /// The deepest nesting.
  static let depth = 64
  /// The most times the same bytes are parsed again to find further repeated keys, in bytes.
  static let reparsedBytes = 4 << 20
  /// Aliases up to which even doubling each other they stay small as the keys of a mapping.
  static let aliasesBesideComplexKeys = 12
}

extension DocumentLimits {
  /// Why a text must not be parsed, when it must not.
  ///
  /// Yams compares the keys of a mapping by value, walking through their aliases; a key that repeats an anchored list
  /// of aliases of lists of aliases would keep it busy for ever. So a text with many aliases may not have such keys.
  static func refusal(of text: SourceText) -> ConfigurationError.Fault? {
    let scalars = text.scalars
    if let offset = scalars.firstIndex(where: { !isPrintable($0) }) {
      let code = String(scalars[offset].value, radix: 16, uppercase: true)
      let name = "U+" + String(repeating: "0", count: max(0, 4 - code.count)) + code
      return .init(
        text.position(of: offset), .yamlSyntax, "the control character \(name) can not stand in YAML")
    }
    var aliases = 0
    for index in scalars.indices where scalars[index] == "*" && startsToken(scalars, at: index) { aliases += 1 }
    guard aliases > aliasesBesideComplexKeys, let offset = complexKey(in: scalars) else { return nil }
    return .init(
      text.position(of: offset), .tooLarge,
      "a file with more than \(aliasesBesideComplexKeys) aliases can not have an alias or a collection as a key")
  }

  /// The offset of the first thing that looks like a key which is no plain scalar; it may also be part of a text.
  private static func complexKey(in scalars: [Unicode.Scalar]) -> Int? {
    var inAlias = false
    for index in scalars.indices {
      let scalar = scalars[index]
      switch scalar {
      case "?" where startsToken(scalars, at: index): return index
      case "*" where startsToken(scalars, at: index): inAlias = true
      case ":" where inAlias: return index
      case ":":
        let before = scalars[..<index].last { !isBlank($0) }
        if before == "]" || before == "}" { return index }
      case ",", "[", "]", "{", "}", "#", "\n", "\r": inAlias = false
      default: break
      }
    }
    return nil
  }

  private static func startsToken(_ scalars: [Unicode.Scalar], at index: Int) -> Bool {
    guard index > 0 else { return true }
    let before = scalars[index - 1]
    return isBlank(before) || ["[", "{", ",", ":", "?"].contains(before) || SourceText.isLineBreak(before)
  }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }

  /// The printable characters of YAML 1.1, section 4.1.1.
  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x9, 0xA, 0xD, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFFFD: scalar != "\u{FEFF}"
    case 0x10000...0x10FFFF: true
    default: false
    }
  }
}
