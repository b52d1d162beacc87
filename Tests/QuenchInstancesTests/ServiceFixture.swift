import Foundation
import QuenchBuild
import QuenchConfiguration
import QuenchGit
import QuenchInstances
import QuenchProcesses
import QuenchState
import SystemPackage

/// A state folder of its own with one build in it: the faulty service of the fixtures, which does as its mode says.
final class ServiceFixture: Sendable {
  let root: FilePath
  let state: StateDirectory
  let store: BuildStore
  let launcher: Launcher
  let build: Build

  init() async throws {
    let files = FileManager.default
    root = FilePath(files.temporaryDirectory.path).appending("quench-instances-\(UUID().uuidString)")
    let repository = root.appending("repository")
    try files.createDirectory(atPath: repository.string, withIntermediateDirectories: true)
    let service = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
      .appending("fixtures/faulty/faulty.py")
    try files.copyItem(atPath: service.string, toPath: repository.appending("faulty.py").string)
    launcher = try Launcher.located()
    for command in [
      "git init -q -b main", "git add -A", "git -c user.name=T -c user.email=t@example.com commit -qm Serve",
    ] {
      let outcome = try await launcher.run(
        .shell(
          command, environment: ProcessEnvironment.allowed(temporaryDirectory: root), workingDirectory: repository),
        log: root.appending("git.log"))
      guard outcome.isSuccess else { throw FixtureError(text: outcome.lastLines.joined(separator: "\n")) }
    }
    state = StateDirectory(root: root.appending("state"))
    try state.prepare()
    store = BuildStore(root: state.store)
    let opened = try Repository(containing: repository)
    build = try await Builder(state: state, launcher: launcher, store: store).build(
      try await opened.resolve("HEAD"), by: Recipe(name: "faulty", outputs: ["faulty.py"]), in: opened
    ).build
  }

  /// A provider whose instances end with `lifeline`.
  func provider(_ lifeline: Lifeline) -> ProcessProvider {
    ProcessProvider(state: state, store: store, launcher: launcher, lifeline: lifeline)
  }

  /// An instance of the service in one of its modes.
  func specification(
    _ id: String, mode: String = "healthy", isKept: Bool = false,
    change: (inout ServiceConfiguration) -> Void = { _ in }
  ) -> InstanceSpecification {
    var service = ServiceConfiguration(name: "faulty", run: "./faulty.py --port ${PORT} --mode \(mode)")
    service.outputs = ["faulty.py"]
    service.health = HealthConfiguration(
      probe: .http(path: "/health"), interval: .milliseconds(50), timeout: .seconds(1), rise: 2, fall: 2,
      startTimeout: .seconds(8))
    service.stop = StopConfiguration(signal: .term, grace: .milliseconds(500))
    change(&service)
    return InstanceSpecification(
      id: id, temperature: .hot, revision: build.revision.description, digest: build.digest.description,
      service: service, isKept: isKept)
  }

  /// Removes everything; what still runs ends first.
  func remove() async {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: state.instances.string)) ?? [] {
      if let instance = try? Instance(in: InstanceFolder(path: state.instances.appending(name))),
        let lifeline = try? Lifeline()
      {
        await provider(lifeline).remove(instance)
      }
    }
    try? FileManager.default.removeItem(atPath: root.string)
  }
}

struct FixtureError: Error {
  var text: String
}

/// Runs `body` with a fixture that is removed afterwards, whatever happens.
func withService<Result>(_ body: (ServiceFixture) async throws -> Result) async throws -> Result {
  let fixture = try await ServiceFixture()
  do {
    let result = try await body(fixture)
    await fixture.remove()
    return result
  } catch {
    await fixture.remove()
    throw error
  }
}
