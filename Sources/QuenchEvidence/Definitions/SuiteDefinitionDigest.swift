import Crypto
import Foundation
import QuenchDiagnostics

/// The SHA-256 of a suite's definition in its canonical form.
///
/// The canonical form is the line `quench.suite-definition/v1`, then for each field that has a value, in the fixed
/// order below, `name SP length LF value LF`, where the length counts the value's UTF-8 bytes in decimal. Variables of
/// the environment come last, each as two fields, sorted by the bytes of their names. Lengths keep one field's
/// text from being read as another field.
public struct SuiteDefinitionDigest: Sendable, Hashable, CustomStringConvertible {
  /// The digest, 64 hexadecimal digits in lower case.
  public let hex: String

  /// Digests a definition.
  public init(of content: SuiteDefinitionContent) {
    hex = SHA256.hash(data: Self.canonicalForm(of: content)).hexadecimal
  }

  /// The digest's hexadecimal digits.
  public var description: String { hex }

  /// The bytes that are digested.
  static func canonicalForm(of content: SuiteDefinitionContent) -> Data {
    var form = Data("quench.suite-definition/v1\n".utf8)
    func add(_ name: String, _ value: String?) {
      guard let value else { return }
      form.append(Data("\(name) \(value.utf8.count)\n\(value)\n".utf8))
    }
    add("service", content.service)
    add("type", content.kind.rawValue)
    add("command", content.command)
    add("package", content.package)
    add("filter", content.filter)
    add("skip", content.skip)
    add("product", content.product)
    switch content.testsFrom {
    case .revision:
      add("tests-from", "revision")
    case .workingTree(let tree):
      add("tests-from", "working-tree")
      add("tests-tree", tree)
    case .pinned(let tree):
      add("tests-from", "pinned")
      add("tests-tree", tree)
    }
    add("shards", String(content.shards))
    for (name, value) in content.environment.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      add("variable", name)
      add("value", value)
    }
    return form
  }
}
