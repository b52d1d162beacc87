import Foundation
import QuenchEvidence
import Subprocess
import SystemPackage
import Testing

/// Python's `cryptography` and `jsonschema` say of Quench's statements what the specifications do.
@Suite("Independent check")
struct IndependentCheckTests {
  /// The system's Python, which Debian's modules belong to.
  private static let python = "/usr/bin/python3"

  private static func has(_ modules: String) async throws -> Bool {
    try await run(
      .path(FilePath(python)), arguments: ["-c", "import \(modules)"], output: .discarded, error: .discarded
    ).terminationStatus.isSuccess
  }

  private func check(_ lines: [Data], by key: VerificationKey) async throws -> (isSuccess: Bool, text: String) {
    let file = FilePath(NSTemporaryDirectory()).appending("quench-\(UUID().uuidString).pub")
    try Data(key.pem.utf8).write(to: URL(filePath: file.string))
    defer { try? FileManager.default.removeItem(atPath: file.string) }
    let script = Fixture.folder.appending(path: "evidence/check.py").path
    let text = lines.map { String(decoding: $0, as: UTF8.self) + "\n" }.joined()
    let result = try await run(
      .path(FilePath(Self.python)), arguments: [script, file.string], input: .string(text),
      output: .string(limit: 1 << 16), error: .string(limit: 1 << 16))
    return (result.terminationStatus.isSuccess, result.standardOutput + result.standardError)
  }

  @Test(
    "All statements keep to their specifications, and their signatures hold",
    .enabled("python3-cryptography and python3-jsonschema are not installed") {
      try await Self.has("cryptography, jsonschema")
    })
  func statements() async throws {
    let key = SigningKey()
    let lines = try StatementExamples.all.map { try Envelope(signing: $0.payload, with: [key]).encoded() }
    let checked = try await check(lines, by: key.publicKey)
    #expect(checked.isSuccess, "\(checked.text)")
    #expect(
      checked.text.split(separator: "\n") == [
        "https://in-toto.io/attestation/test-result/v0.1 PASSED",
        "https://in-toto.io/attestation/test-result/v0.1 FAILED",
        "https://slsa.dev/provenance/v1 -", "https://slsa.dev/verification_summary/v1 PASSED",
      ])
    // It can say no as well.
    #expect(try await !check(lines, by: SigningKey().publicKey).isSuccess)
    let bare = Data(#"{"_type":"https://in-toto.io/Statement/v1"}"#.utf8)
    #expect(try await !check([Envelope(signing: bare, with: [key]).encoded()], by: key.publicKey).isSuccess)
  }
}
