import Foundation
import SystemPackage

/// What the repository says of schemas besides the schemas themselves.
enum SchemaFiles {
  static let repository = Product.fixtures.removingLastComponent()

  /// The text of a file of the repository.
  static func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: repository.pushing(FilePath(path)).string)), as: UTF8.self)
  }

  /// A schema by its file's name without `.schema.json`, such as `verdict.v1`.
  static func schema(_ name: String) throws -> JSONValue {
    try JSONValue(document: try text("fixtures/schemas/\(name).schema.json"))
  }

  /// The names of the documents that have a schema, such as `verdict`.
  static func described() throws -> Set<String> {
    let files = try FileManager.default.contentsOfDirectory(atPath: SchemaCheck.folder.string)
    return Set(files.compactMap { $0.wholeMatch(of: /([a-z-]+)\.v1\.schema\.json/).map { String($0.1) } })
  }

  /// The names of schemas in the sources, such as `verdict`, with the files that have them.
  static func named() throws -> [String: Set<String>] {
    let folder = repository.appending("Sources")
    var names: [String: Set<String>] = [:]
    for case let path as String in FileManager.default.enumerator(atPath: folder.string) ?? .init()
    where path.hasSuffix(".swift") {
      for match in try text("Sources/\(path)").matches(of: /"quench\.([a-z-]+)\/v1"/) {
        names[String(match.1), default: []].insert(path)
      }
    }
    return names
  }

  /// The words of an enumeration of texts in the sources.
  static func words(of enumeration: String, in path: String) throws -> Set<String> {
    var words: Set<String> = [], margin: String?
    for line in try text("Sources/\(path)").split(separator: "\n").map(String.init) {
      if let margin {
        if line == margin + "}" { break }
        guard line.hasPrefix("\(margin)  case ") else { continue }
        for match in line.dropFirst(margin.count + 7).matches(of: /(\w+)(?: = "([^"]*)")?/) {
          words.insert(String(match.2 ?? match.1))
        }
      } else if line.contains("enum \(enumeration): String") {
        margin = String(line.prefix { $0 == " " })
      }
    }
    return words
  }

  /// The blocks of YAML in a page that are of a `quench.yml`, or the whole of one: their first key is one of its keys.
  static func configurations(in path: String) throws -> [String] {
    let keys = try schema("quench-yml")["properties"].keys
    return try text(path).matches(of: /```yaml\n(.*?)\n```/.dotMatchesNewlines()).map { String($0.1) }.filter { block in
      keys.contains(String(block.prefix { $0 != ":" }))
    }
  }

  /// The keys in the tables of the reference, with their defaults as they are written, by the section's path; empty for
  /// the file itself.
  static func reference() throws -> [String: [String: String]] {
    var tables: [String: [String: String]] = [:]
    var place: String?
    for line in try text("Sources/quench/Quench.docc/Configuration.md").split(separator: "\n") {
      if line == "## The file" {
        place = ""
      } else if line.hasPrefix("#") {
        place = line.wholeMatch(of: /## `(.+)`/).map { String($0.1) }
      } else if let place, let row = line.wholeMatch(of: /\| `([^`]+)` \|(.*?)\|(.*?)\|(.*)\|/) {
        tables[place, default: [:]][String(row.1)] = row.3.trimmingCharacters(in: .whitespaces)
      }
    }
    return tables
  }
}

extension JSONValue {
  /// The part of this schema that a schema refers to, or the schema itself where it refers to none; of what may be null,
  /// the other thing that it may be.
  func resolving(_ schema: JSONValue) -> JSONValue {
    if let reference = schema["$ref"].string, let name = reference.split(separator: "/").last {
      return resolving(self["$defs"][String(name)])
    }
    let others = schema["anyOf"].array.filter { $0["type"].string != "null" }
    return others.count == 1 ? resolving(others[0]) : schema
  }

  /// The part of this schema that a path leads to, such as `suites[].tests[].id`, or `#stop.signal` from a part that has
  /// a name; and whether a document always has what the path names.
  func place(_ path: String) -> (schema: JSONValue, isRequired: Bool) {
    var place = resolving(self), isRequired = true
    for step in path.split(separator: ".") {
      if step.hasPrefix("#") {
        place = resolving(self["$defs"][String(step.dropFirst())])
        continue
      }
      let name = step.replacing("[]", with: "")
      if !place["required"].array.contains(.string(String(name))) { isRequired = false }
      place = resolving(place["properties"][String(name)])
      if step.hasSuffix("[]") { place = resolving(place["items"]) }
    }
    return (place, isRequired)
  }
}
