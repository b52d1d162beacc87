import Foundation
import QuenchBalancer
import QuenchConfiguration
import QuenchControl
import QuenchDiagnostics
import QuenchEvidence
import QuenchGit
import QuenchInstances
import QuenchProcesses
import QuenchState
import SystemPackage

/// Looks at everything Quench needs, one thing after the other; nothing that is wrong keeps the rest from being looked at.
struct Examination: Sendable {
  var options: GlobalOptions

  func run() async -> [Check] {
    var checks = [isolation, port, signingKey]
    for (program, use) in [("swift", "builds and tests of Swift packages"), ("git", "the transport of evidence")] {
      checks.insert(await version(of: program, for: use), at: 0)
    }
    let start = options.folder
    do {
      let repository = try Repository(containing: start)
      let root = repository.workDirectory ?? repository.gitDirectory
      checks.append(Check(name: "repository", finding: .good, detail: root.string))
      if await repository.isShallow {
        checks.append(
          Check(
            name: "history", finding: .weak, detail: "the clone is shallow, so older revisions are missing",
            remedy: "git fetch --unshallow"))
      }
      checks += configuration(from: start, root: root)
    } catch {
      checks.append(Self.fault("repository", error))
    }
    for (program, use) in [
      ("haproxy", "the haproxy balancer engine"), ("podman", "the container provider"),
      ("skopeo", "copying builds between hosts"),
    ] where Self.path(of: program) == nil {
      checks.append(Check(name: program, finding: .weak, detail: "not installed; only \(use) needs it"))
    }
    return checks
  }

  private func configuration(from start: FilePath, root: FilePath) -> [Check] {
    var checks: [Check] = []
    var folder = root
    do {
      let file = try ConfigurationFile.locate(
        from: start, root: root, explicit: options.config.map { FilePath($0) })
      folder = file.removingLastComponent()
      let text = try ConfigurationFile.load(file)
      checks += certificate(of: text) + remote(of: text)
      let configuration = try Configuration.read(yaml: text.text, file: file.string)
      checks.append(
        Check(
          name: "quench.yml", finding: configuration.suites.isEmpty ? .weak : .good,
          detail: "\(file): service \(configuration.service.name), "
            + (configuration.suites.isEmpty
              ? "no suites, so there is nothing to verify"
              : "suites \(configuration.suites.map(\.name).joined(separator: ", "))")))
      checks += keys(of: configuration.gate, in: folder)
    } catch {
      checks.append(Self.fault("quench.yml", error))
    }
    let state = StateDirectory(beside: folder)
    let fromEnvironment = state == StateDirectory(beside: folder, environment: [:]) ? "" : " (QUENCH_HOME)"
    do {
      try state.prepare()
      let free =
        try FileManager.default.attributesOfFileSystem(forPath: state.root.string)[.systemFreeSize] as? Int64 ?? 0
      checks.append(
        Check(
          name: "state", finding: free < 1 << 30 ? .weak : .good,
          detail: "\(state.root)\(fromEnvironment), \(ByteCount(bytes: free)) free",
          remedy: free < 1 << 30 ? "quench gc --older-than 7d" : nil))
    } catch {
      checks.append(Self.fault("state", error))
    }
    return checks
  }

  /// The public keys that the gate names, as far as they cannot be read.
  private func keys(of gate: GateConfiguration, in folder: FilePath) -> [Check] {
    (gate.signers.map(\.key) + (gate.approvals?.keys.map(\.key) ?? [])).compactMap { name in
      do throws(EvidenceError) {
        _ = try VerificationKey(file: folder.pushing(FilePath(name)))
        return nil
      } catch {
        return Self.fault("gate", error)
      }
    }
  }

  /// The certificate that production is served with; nothing where it is served without, or the file is wrong anyway.
  private func certificate(of file: ConfigurationFile) -> [Check] {
    guard (try? HostFile.tls(of: file)) != nil else { return [] }
    do {
      let check = try CertificateCheck(file)
      guard let certificate = check.certificate else { return [] }
      let day = certificate.expires.formatted(.iso8601.year().month().day())
      return [
        Check(
          name: "certificate", finding: check.warning == nil ? .good : .weak,
          detail: check.warning ?? "\(certificate.files.chain), until \(day)",
          remedy: check.warning == nil ? nil : "renew it; what is in its place is taken up within seconds")
      ]
    } catch {
      return [Self.fault("certificate", error)]
    }
  }

  /// Whether those who promote from afar can be answered; nothing where nobody is to be.
  private func remote(of file: ConfigurationFile) -> [Check] {
    do {
      guard let api = try HostFile.api(of: file) else { return [] }
      _ = try RemoteEndpoint(api)
      return [Check(name: "api", finding: .good, detail: "https://\(api.listen.host):\(api.listen.port)")]
    } catch let error as ControlError {
      return [Self.fault("api", error)]
    } catch {
      // The file is wrong anyway.
      return []
    }
  }

  private var isolation: Check {
    Confinement.version.map {
      Check(
        name: "isolation", finding: .good,
        detail: "Landlock version \($0): commands under test write only where they may, but reach the network and "
          + "sockets in the file system, such as Docker's")
    }
      ?? Check(
        name: "isolation", finding: .weak,
        detail: "none: this kernel has no Landlock, so commands under test are not confined",
        remedy: "use Linux 5.13 or later with landlock in the list of security modules")
  }

  private var port: Check {
    do {
      let port = try LoopbackPort.reserve().number
      let detail = "free ones on 127.0.0.1, such as \(port)"
      guard ListeningSocket.isTold else {
        return Check(
          name: "ports", finding: .weak,
          detail: detail + "; this platform does not tell whose one is, so any answer is taken for the instance's")
      }
      return Check(name: "ports", finding: .good, detail: detail)
    } catch {
      return Self.fault("ports", error)
    }
  }

  private var signingKey: Check {
    guard let source = SigningKeySource() else {
      return Check(
        name: "signing key", finding: .weak, detail: "QUENCH_SIGNING_KEY is not set, so verdicts are not signed",
        remedy: "quench keys new ~/.config/quench/ci.pem")
    }
    do {
      let place = source.file?.string ?? "in QUENCH_SIGNING_KEY"
      return Check(name: "signing key", finding: .good, detail: "\(place), key \(try source.key().id.abbreviated)")
    } catch {
      return Self.fault("signing key", error)
    }
  }

  private func version(of program: String, for use: String) async -> Check {
    guard let path = Self.path(of: program), let launcher = try? Launcher.located(),
      let temporary = try? TemporaryDirectory()
    else { return Check(name: program, finding: .weak, detail: "not installed; needed for \(use)") }
    defer { temporary.remove() }
    let outcome = try? await launcher.run(
      Launch(
        arguments: [path, "--version"], environment: ProcessEnvironment.allowed(temporaryDirectory: temporary.path),
        workingDirectory: temporary.path), log: temporary.path.appending("log"), timeout: .seconds(20))
    let line = outcome?.lastLines.first { $0.contains("ersion") } ?? path
    return Check(name: program, finding: .good, detail: line)
  }

  private static func path(of program: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").map { "\($0)/\(program)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  private static func fault(_ name: String, _ error: any Error) -> Check {
    Check(
      name: name, finding: .missing, detail: DiagnosticText.lines(of: error).first ?? "\(error)",
      remedy: (error as? any Diagnostic)?.remedy)
  }
}
