import QuenchBuild
import QuenchConfiguration
import QuenchDiagnostics
import QuenchGit
import QuenchInstances
import QuenchManagers
import QuenchVerification

extension Workspace {
  /// Builds a revision and moves the hot set to it.
  func deployHot(_ expression: String, console: Console) async throws -> HotMove {
    try await deployHot(try await repository.resolve(expression), console: console)
  }

  /// Builds a revision, or what the working tree has on top of one, and moves the hot set to it.
  func deployHot(_ revision: Revision, console: Console) async throws -> HotMove {
    let service = try await service(for: revision)
    try checkSecrets(of: service, in: revision)
    let hot = try hotConfiguration(of: service)
    let expected = try await expectedTimes(service: service.name).build
    let held = try await builder.build(
      revision, by: Recipe(service), in: repository, secrets: try ServiceSecrets.buildValues(of: service),
      share: await SlotShare(
        of: revision, branch: try host?.configuration(with: service).gate.branch, in: repository),
      onLine: { console.live("  build: \($0)") }, onWait: { console.progress("waiting for \($0)") },
      onStart: { console.progress("building" + ExpectedTimes.note(expected)) })
    // Until the instances are there, nothing else keeps the artifact in the store.
    defer { withExtendedLifetime(held) {} }
    let build = held.build
    try await record(build)
    console.progress(
      "built sha256:\(build.digest.description.prefix(12))  "
        + (build.cached ? "from the store" : "in \(build.seconds.asSeconds)"))
    return try await manager().deploy(
      Deployment(
        revision: revision.id.description, digest: build.digest.description, service: service,
        count: hot.instances, secrets: try ServiceSecrets.values(of: service), denied: denied,
        report: { console.show($0) }),
      retain: hot.retain, onWait: { console.progress("waiting for \($0)") }, onSwitch: { await tellOfHotSet() })
  }

  /// Says what a move came to, and has what it left retained put back in the background.
  func conclude(_ move: HotMove, console: Console) async throws {
    console.show(move)
    await tellOfHotSet()
    guard let status = try await manager().status() else { return }
    try console.show(status, move: move)
    startReadyingRetained(of: status)
  }
}
