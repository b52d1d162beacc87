import Foundation
import Subprocess
import Synchronization
import SystemPackage
import Testing

/// Documents, and whether each is to be valid by the schemas in `fixtures/schemas`; one process says whether all are.
final class SchemaCheck: Sendable {
  private struct Case: Encodable {
    var name: String
    var schema: String
    var text: String
    var holds: Bool
  }

  /// Whether there is what the check is made with.
  static let isPossible: Bool = {
    let names = ["yaml", "jsonschema"].map { "/usr/lib/python3/dist-packages/\($0)" }
    return names.allSatisfy(FileManager.default.fileExists(atPath:))
  }()

  static let folder = Product.fixtures.appending("schemas")

  private let cases = Mutex<[Case]>([])

  /// Adds a text, and whether it is to be valid.
  ///
  /// - Parameter schema: such as `quench.verdict/v1`, or `quench.yml`.
  func add(_ name: String, _ schema: String, _ text: String, holds: Bool = true) {
    cases.withLock { $0.append(Case(name: name, schema: schema, text: text, holds: holds)) }
  }

  /// Runs a command with `--format json` and adds its document, which has to be of a schema.
  @discardableResult
  func ask(
    _ arguments: String..., of schema: String, status: Int32 = 0, environment: [String: String] = [:],
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> JSONValue {
    try await ask(
      arguments, of: schema, status: status, environment: environment, sourceLocation: sourceLocation)
  }

  /// The same for arguments that are a list already.
  @discardableResult
  func ask(
    _ arguments: [String], of schema: String, status: Int32 = 0, environment: [String: String] = [:],
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> JSONValue {
    let own = arguments.prefix { $0 != "--" }
    let outcome = try await World.current.command(
      own + ["--format", "json"] + arguments.dropFirst(own.count), environment: environment
    ).run(sourceLocation: sourceLocation)
    #expect(outcome.status == status, "quench \(arguments): \(outcome)", sourceLocation: sourceLocation)
    add("quench \(arguments.joined(separator: " "))", schema, outcome.stdout)
    return try JSONValue(document: outcome.stdout)
  }

  /// Holds everything that was added against its schema.
  func conclude(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let cases = cases.withLock(\.self)
    let file = FilePath(NSTemporaryDirectory()).appending("quench-schemas-\(UUID().uuidString).json")
    try JSONEncoder().encode(cases).write(to: URL(filePath: file.string))
    defer { try? FileManager.default.removeItem(atPath: file.string) }
    let outcome = try await Command(
      executable: .path(Self.folder.appending("check.py")), arguments: ["--cases", file.string],
      environment: ["PATH": Product.searchPath, "LANG": "C.UTF-8"], folder: FilePath("/")
    ).run(sourceLocation: sourceLocation)
    #expect(outcome.status == 0, "\(outcome)", sourceLocation: sourceLocation)
    // Nothing is valid by silence.
    #expect(outcome.stdout.contains(" \(cases.count) documents, "), "\(outcome)", sourceLocation: sourceLocation)
    let hasDocuments = cases.contains { $0.holds && $0.schema != "quench.yml" }
    #expect(
      outcome.stdout.contains(" 0 spoilt copies") != hasDocuments, "\(outcome)", sourceLocation: sourceLocation)
  }
}
