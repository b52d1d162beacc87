import Foundation
import SystemPackage
import Testing

extension World {
  /// Makes a key pair beside the repository and gives the private half's path.
  func makeKey(_ name: String = "ci.pem") async throws -> String {
    let file = root.appending(name).string
    let outcome = try await quench("keys", "new", file)
    try #require(outcome.status == 0, "\(outcome)")
    return file
  }

  /// The lines of a commit's note.
  func noteLines(on commit: String = "HEAD", in folder: FilePath? = nil) async throws -> [String] {
    try await git("notes", "--ref=quench", "show", commit, in: folder).split(separator: "\n").map(String.init)
  }

  /// Those of them that are verdicts.
  func verdictLines(on commit: String = "HEAD", in folder: FilePath? = nil) async throws -> [String] {
    try await noteLines(on: commit, in: folder).filter {
      try EnvelopeParts($0).statement["predicateType"].string?.contains("/test-result/") == true
    }
  }

  /// The first of those.
  func verdictLine(on commit: String = "HEAD") async throws -> String? { try await verdictLines(on: commit).first }

  /// Puts lines in place of a commit's note, as somebody could who has the repository.
  func replaceNote(on commit: String = "HEAD", by lines: [String]) async throws {
    try write(root.appending("note").string, lines.map { $0 + "\n" }.joined())
    try await git("notes", "--ref=quench", "add", "--force", "--file", root.appending("note").string, commit)
  }

  /// A commit that Quench has verified and signed with a new key.
  func signedCommit(_ subject: String = "Sign") async throws -> (commit: String, key: String, line: String) {
    try write("quench.yml", GreeterConfiguration(suites: [("check", "true")]).text)
    let commit = try await commit(subject)
    let key = try await makeKey()
    let verified = try await ask("verify", environment: ["QUENCH_SIGNING_KEY": key])
    try #require(verified.status == 0, "\(verified.outcome)")
    return (commit, key, try #require(try await verdictLine()))
  }
}

/// An envelope, taken apart to be put together otherwise.
struct EnvelopeParts {
  var payload: Data
  var type: String
  var keyid: String
  var signature: Data

  init(_ line: String) throws {
    let json = try JSONValue(document: line)
    payload = try #require(json["payload"].string.flatMap { Data(base64Encoded: $0) })
    type = try #require(json["payloadType"].string)
    keyid = try #require(json["signatures"][0]["keyid"].string)
    signature = try #require(json["signatures"][0]["sig"].string.flatMap { Data(base64Encoded: $0) })
  }

  var line: String {
    #"{"payload":"\#(payload.base64EncodedString())","payloadType":"\#(type)","#
      + #""signatures":[{"keyid":"\#(keyid)","sig":"\#(signature.base64EncodedString())"}]}"#
  }

  var statement: JSONValue {
    get throws { try JSONValue(document: String(decoding: payload, as: UTF8.self)) }
  }
}
