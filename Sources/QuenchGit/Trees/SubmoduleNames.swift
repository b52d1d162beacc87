/// The `path` of each `[submodule "name"]` section of a `.gitmodules` file (gitmodules(5), syntax of git-config(1)).
struct SubmoduleNames {
  private var names: [String: String] = [:]

  /// Reads what a `.gitmodules` file says; lines that are not understood count for nothing.
  init(parsing text: String) {
    var name: String?
    for line in text.split(whereSeparator: \.isNewline) {
      let line = line.drop(while: \.isWhitespace)
      if line.first == "[" {
        name = Self.submodule(in: line)
      } else if let name, let equals = line.firstIndex(of: "="),
        line[..<equals].filter({ !$0.isWhitespace }).lowercased() == "path"
      {
        names[Self.value(line[line.index(after: equals)...])] = name
      }
    }
  }

  /// The name for a path; nil when there is none, or when it would leave the folder that holds the clones.
  func name(of path: String) -> String? {
    guard let name = names[path], !name.isEmpty, !name.hasPrefix("/"),
      !name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).contains("..")
    else { return nil }
    return name
  }

  private static func submodule(in header: Substring) -> String? {
    guard let opening = header.firstIndex(of: "\""), let closing = header.lastIndex(of: "\""), opening < closing,
      header[header.index(after: header.startIndex)..<opening].filter({ !$0.isWhitespace }).lowercased() == "submodule"
    else { return nil }
    return unescaped(header[header.index(after: opening)..<closing])
  }

  /// A value ends at an unquoted comment; quotes are dropped, a backslash takes the next character as it is.
  private static func value(_ text: Substring) -> String {
    var value = ""
    var isQuoted = false
    var kept = 0
    var characters = text.drop(while: \.isWhitespace).makeIterator()
    while let character = characters.next() {
      switch character {
      case "\"": isQuoted.toggle()
      case "\\": characters.next().map { value.append($0) }
      case "#" where !isQuoted, ";" where !isQuoted: return String(value.prefix(kept))
      default: value.append(character)
      }
      if isQuoted || !character.isWhitespace { kept = value.count }
    }
    return String(value.prefix(kept))
  }

  private static func unescaped(_ text: Substring) -> String {
    var result = ""
    var characters = text.makeIterator()
    while let character = characters.next() {
      if character == "\\", let next = characters.next() { result.append(next) } else { result.append(character) }
    }
    return result
  }
}
