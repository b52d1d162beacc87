import ArgumentParser
import Foundation
import QuenchBuild
import QuenchControl
import QuenchDiagnostics
import QuenchEvidence
import QuenchGit
import QuenchLedger
import QuenchManagers
import QuenchSuites
import SystemPackage

/// How a production host elsewhere is reached.
struct RemoteOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Ask another host, whose quench serve answers there; QUENCH_TOKEN has the token.", valueName: "url"))
  var to: String?

  @Option(help: ArgumentHelp("Trust these authorities instead of the system's, in PEM.", valueName: "file"))
  var ca: String?

  @Option(help: ArgumentHelp("The client's own certificate, in PEM, where the host asks for one.", valueName: "file"))
  var clientCertificate: String?

  @Option(help: ArgumentHelp("The private key of the client's certificate, in PEM.", valueName: "file"))
  var clientKey: String?

  func validate() throws {
    if to == nil, ca != nil || clientCertificate != nil || clientKey != nil {
      throw ValidationError("--ca, --client-certificate and --client-key go with --to.")
    }
    if (clientCertificate == nil) != (clientKey == nil) {
      throw ValidationError("--client-certificate and --client-key go together.")
    }
    guard let to else { return }
    guard let url = URL(string: to), url.scheme == "https", url.host?.isEmpty == false else {
      throw ValidationError("--to takes the address of a production host, such as https://production.example:8443.")
    }
  }

  /// The way there.
  func client(at to: String, service: String) throws -> ControlClient {
    try ControlClient(
      at: to, service: service, token: ProcessInfo.processInfo.environment["QUENCH_TOKEN"], authorities: ca,
      certificate: clientCertificate, key: clientKey)
  }
}

extension Workspace {
  /// Whom a command asks: the host that `--to` names, or else the server here.
  ///
  /// - Parameter service: the service's name; nil for that at HEAD.
  /// - Throws: `ControlError`, `GitError`, `ConfigurationError`.
  func controlClient(_ remote: RemoteOptions, service: String? = nil) async throws -> ControlClient {
    guard let to = remote.to else { return try await controlClient() }
    let name = if let service { service } else { try await serviceName() }
    return try remote.client(at: to, service: name)
  }
}

/// Brings a production host elsewhere what a promotion there needs: evidence, and the artifact where it lacks it.
struct RemotePromotion {
  let workspace: Workspace
  let client: ControlClient
  let console: Console

  /// The size of the pieces in which an artifact is sent.
  private static let piece = 4 << 20

  /// - Parameter isOverride: whether what did not pass is to be promoted, too.
  func prepare(_ target: Revision, service: String, isOverride: Bool) async throws {
    let evidence = try await EvidenceOnRevision(target, in: workspace.repository)
    guard !evidence.entries.isEmpty else {
      guard try await workspace.ledger.verifiedDigest(service: service, tree: target.tree.description) != nil else {
        throw EvidenceError(noneOn: target)
      }
      throw EvidenceError(
        .evidenceMissing, "\(target.id.abbreviated) was verified here, and nobody has signed that",
        remedy: "QUENCH_SIGNING_KEY=FILE quench evidence sign \(target.id.abbreviated)")
    }
    let lines = try evidence.entries.map { try $0.envelope.encoded() }
    let receipt = try await client.send(evidence: lines)
    console.progress(
      "  evidence  \(receipt.sent.counting("statement")) sent, \(receipt.trusted) by keys that count there")
    if let digest = await digest(of: target, service, evidence, isOverride) { try await send(digest, of: target) }
  }

  /// The build to be promoted, as far as can be told here: the gate there decides.
  private func digest(
    of target: Revision, _ service: String, _ evidence: EvidenceOnRevision, _ isOverride: Bool
  ) async -> ArtifactDigest? {
    let verdicts = evidence.entries.compactMap { entry -> VerdictStatement? in
      guard case .verdict(let verdict)? = try? SignedStatement(unverified: entry.envelope), verdict.service == service
      else { return nil }
      return verdict
    }
    let built = verdicts.filter { $0.build != nil }, passed = built.filter { $0.result == .passed }
    let newest = (passed.isEmpty && isOverride ? built : passed).max { $0.started < $1.started }
    return newest?.build.flatMap { ArtifactDigest($0.digest) }
  }

  private func send(_ digest: ArtifactDigest, of target: Revision) async throws {
    let revision = target.id.description
    var progress = try await client.artifact(digest.description, of: revision)
    guard !progress.isWhole else { return console.progress("  artifact  \(digest.description.prefix(12)) is there") }
    guard let archive = workspace.store.archive(of: digest) else {
      throw UsageError(
        "neither the production host nor this one has the artifact sha256:\(digest.description.prefix(12))",
        remedy: "quench verify \(target.id.abbreviated) --again")
    }
    let file = try FileDescriptor.open(archive, .readOnly, options: [.noFollow, .closeOnExec])
    defer { try? file.close() }
    let size = try file.seek(offset: 0, from: .end)
    if progress.received > 0 { console.progress("  artifact  goes on from \(ByteCount(bytes: progress.received))") }
    while !progress.isWhole {
      try Task.checkCancellation()
      let offset = progress.received
      let bytes = try [UInt8](unsafeUninitializedCapacity: Self.piece) { buffer, count in
        count = try file.read(fromAbsoluteOffset: offset, into: UnsafeMutableRawBufferPointer(buffer))
      }
      guard !bytes.isEmpty || offset == size else {
        throw UsageError(
          "the production host has more bytes of the artifact than there are", remedy: "promote again later")
      }
      console.live("  artifact  \(ByteCount(bytes: offset)) of \(ByteCount(bytes: size))")
      progress = try await client.send(
        Data(bytes), of: digest.description, for: revision, at: offset, size: size)
    }
    console.progress("  artifact  \(ByteCount(bytes: size)) sent")
  }
}
