import ArgumentParser
import Foundation
import QuenchBuild
import QuenchConfiguration
import QuenchDiagnostics
import QuenchGit
import QuenchInstances
import QuenchManagers
import QuenchVerification

/// `quench hot deploy`.
struct HotDeployCommand: QuenchSubcommand {
  static let configuration = ArgumentParser.CommandConfiguration(
    commandName: "deploy", abstract: "Build a revision, if need be, and move the hot set to it.")

  @OptionGroup var global: GlobalOptions

  @Argument(help: "Any revision git knows; when left out, what hot.baseline names, or else HEAD.")
  var revision: String?

  func perform(_ console: Console) async throws -> ExitStatus {
    let workspace = try await Workspace(global, console: console)
    let head = try await workspace.repository.resolve(revision ?? "HEAD")
    let baseline =
      revision == nil ? try await workspace.hotBaseline(of: try await workspace.configuration(for: head)) : nil
    let move = try await workspace.deployHot((baseline ?? head).id.description, console: console)
    try await console.show(move, workspace: workspace)
    return .passed
  }
}

/// `quench hot rollback`.
struct HotRollbackCommand: QuenchSubcommand {
  static let configuration = ArgumentParser.CommandConfiguration(
    commandName: "rollback",
    abstract: "Roll the hot set back, artifact and data, to an earlier revision.",
    discussion: """
      Without a revision it goes to the build before. A build that is retained takes over at once; another one is started
      from the store, or built first. Its data are as they were at its baseline.
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "The revision to go back to; the one before when left out.")
  var revision: String?

  func perform(_ console: Console) async throws -> ExitStatus {
    let workspace = try await Workspace(global, console: console)
    let target = if let revision { try await workspace.repository.resolve(revision) } else { Revision?.none }
    let move: HotMove
    switch try await workspace.manager().rollback(
      to: target?.id.description, onWait: { console.progress("waiting for \($0)") })
    {
    case .done(let done): move = done
    case .mustDeploy(let name): move = try await workspace.deployHot(name, console: console)
    }
    try await console.show(move, workspace: workspace)
    return .passed
  }
}

extension Workspace {
  /// Builds a revision and moves the hot set to it.
  func deployHot(_ expression: String, console: Console) async throws -> HotMove {
    let revision = try await repository.resolve(expression)
    let configuration = try await configuration(for: revision)
    let service = configuration.service
    let expected = try await expectedTimes(service: service.name).build
    let held = try await builder.build(
      revision, by: Recipe(service), in: repository, secrets: try ServiceSecrets.buildValues(of: service),
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
        count: configuration.hot.instances, secrets: try ServiceSecrets.values(of: service), denied: denied),
      retain: configuration.hot.retain, onWait: { console.progress("waiting for \($0)") })
  }
}

extension Console {
  /// Says what was done to the hot set, and how it is now.
  func show(_ move: HotMove, workspace: Workspace) async throws {
    let to = move.to.prefix(7)
    switch move.kind {
    case .started: result("the hot set is on \(to)" + (move.from.map { ", before that on \($0.prefix(7))" } ?? ""))
    case .switched: result("the hot set is back on \(to), before that on \((move.from ?? "").prefix(7))")
    case .unchanged: result("nothing to do: the hot set is on \(to) already")
    }
    for line in move.leftBehind { progress(line) }
    try await showHotStatus(workspace, move: move)
  }
}
