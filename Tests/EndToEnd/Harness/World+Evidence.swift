import Foundation
import SystemPackage
import Testing

extension World {
  /// Runs `quench verify` and gives, beside its outcome, all that `--artifacts` collected, as one text.
  func verifyWithEvidence(
    _ arguments: String..., environment: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> (outcome: Outcome, evidence: String) {
    let folder = root.appending("evidence-\(UUID().uuidString)")
    let outcome = try await command(["verify", "--artifacts", folder.string] + arguments, environment: environment)
      .run(sourceLocation: sourceLocation)
    return (outcome, try text(below: folder))
  }

  /// The text of every file below a folder, with its path as a title.
  func text(below folder: FilePath) throws -> String {
    guard exists(folder) else { return "" }
    return try files(below: folder).map { path in
      let file = folder.pushing(FilePath(path))
      var status = stat()
      guard lstat(file.string, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return "" }
      return "=== \(path)\n" + (try read(file))
    }.joined(separator: "\n")
  }
}
