import Foundation
import QuenchBuild
import QuenchConfiguration
import QuenchDiagnostics
import QuenchEvidence
import QuenchGit
import QuenchProcesses
import QuenchState
import QuenchSuites
import SystemPackage

/// Checks out the tests of all suites and builds them, each source once.
struct TestPreparation: Sendable {
  let repository: Repository
  let state: StateDirectory
  let launcher: Launcher
  let denied: [FilePath]
  let report: @Sendable (VerificationEvent) -> Void

  /// The tests of a suite, ready to run, or why they are not.
  struct Prepared: Sendable {
    var suite: SuiteConfiguration
    var checkout: TestCheckout
    /// Why the suite cannot run; nil when it can.
    var failure: (any Diagnostic)?
  }

  /// Where each suite's tests come from, by the suite's name.
  ///
  /// Tests that are built together with the code they test are always those of the revision: taken from elsewhere they
  /// would bring that code along, and say nothing about the revision.
  ///
  /// - Throws: `GitError` when a named revision is unknown, or it or the working tree cannot be read; `StateError`,
  ///   `ProcessError` or `CancellationError` when a manifest cannot be asked.
  func sources(for request: VerificationRequest) async throws -> [String: TestSource] {
    var sources: [String: TestSource] = [:]
    for suite in request.suites {
      let source: TestSource =
        switch suite.testsFrom {
        case .revision: .subject(request.revision)
        case .workingTree: .workingTree(try await repository.workingTreeSnapshot())
        case .named(let name): .pinned(try await repository.resolve(name))
        }
      sources[suite.name] = source
      if suite.testsFrom != .revision, try await bringsCode(suite, from: source) {
        sources[suite.name] = .subject(request.revision)
        report(.testsOfRevision(suite: suite.name))
      }
    }
    return sources
  }

  /// Whether a suite's tests, taken from elsewhere, would be built with code that they test.
  ///
  /// A command that needs no instance always may be; a package's manifest says, and where it cannot be asked, it may be.
  private func bringsCode(_ suite: SuiteConfiguration, from source: TestSource) async throws -> Bool {
    let needsNoInstance = suite.instances == .none
    guard let test = suite.swiftTest else { return needsNoInstance }
    guard let manifest = try await manifest(of: test.package, in: source) else { return true }
    return manifest.bringsCode(filter: test.filter, needsNoInstance: needsNoInstance)
  }

  private func manifest(of package: String, in source: TestSource) async throws -> PackageManifest? {
    let cache = PackageManifestCache(state, package: package, tree: source.revision.tree)
    if let known = cache.read() { return known }
    let slot = try takeSlot(for: source)
    _ = try await repository.materialise(source.revision, into: Slot(slot.path))
    let temporary = try TemporaryDirectory()
    defer { temporary.remove() }
    do {
      let (manifest, json) = try await PackageManifest.dump(
        Slot(slot.path).tree.pushing(FilePath(package)), temporary: temporary.path, launcher: launcher,
        confinement: .ofTests(
          writing: [temporary.path], reading: [Slot(slot.path).tree], in: state, denied: denied))
      cache.write(json)
      return manifest
    } catch is SuiteError {
      // What was ended says nothing about the package.
      try Task.checkCancellation()
      return nil
    }
  }

  private func takeSlot(for source: TestSource, share: SlotShare = .all) throws -> SlotPool.Taken {
    try SlotPool(state, name: "tests").take(
      for: share.owner("\(source.kind) of \(repository.commonDirectory)"),
      reason: "quench verify: tests of \(source.revision.id.abbreviated)")
  }

  /// Each suite's definition, by the suite's name.
  func definitions(
    for request: VerificationRequest, sources: [String: TestSource]
  ) -> [String: SuiteDefinitionContent] {
    var definitions: [String: SuiteDefinitionContent] = [:]
    for suite in request.suites {
      definitions[suite.name] = SuiteDefinitionContent(
        suite, service: request.configuration.service.name,
        testsFrom: sources[suite.name]?.definition ?? .revision)
    }
    return definitions
  }

  /// Checks out and builds the tests of all suites.
  ///
  /// - Parameters:
  ///   - turn: what ends when it is their turn to be checked out.
  ///   - onLog: told the path of each log before what is logged begins.
  /// - Throws: `StateError`, `ProcessError` or `CancellationError`. What keeps one suite from running is in its entry.
  func prepare(
    _ request: VerificationRequest, sources: [String: TestSource], after turn: AsyncStream<Void>,
    onLog: @escaping @Sendable (FilePath) -> Void
  ) async throws -> [Prepared] {
    for await _ in turn {}
    let share = await SlotShare(of: request.revision, branch: request.configuration.gate.branch, in: repository)
    let service = request.configuration.service
    return try await withThrowingTaskGroup(of: [Prepared].self) { group in
      for (source, suites) in Dictionary(
        grouping: request.suites, by: { sources[$0.name] ?? .subject(request.revision) })
      {
        group.addTask { try await prepare(suites, from: source, share: share, of: service, onLog: onLog) }
      }
      var all: [Prepared] = []
      for try await prepared in group { all += prepared }
      let order = Dictionary(uniqueKeysWithValues: request.suites.enumerated().map { ($0.element.name, $0.offset) })
      return all.sorted { order[$0.suite.name, default: 0] < order[$1.suite.name, default: 0] }
    }
  }

  private func prepare(
    _ suites: [SuiteConfiguration], from source: TestSource, share: SlotShare, of service: ServiceConfiguration,
    onLog: @Sendable (FilePath) -> Void
  ) async throws -> [Prepared] {
    var isOfSubject = false
    if case .subject = source { isOfSubject = true }
    let share = isOfSubject ? share : .all
    let slot = try takeSlot(for: source, share: share)
    let checkout = TestCheckout(source: source, slot: slot, caches: share.caches(in: slot.path))
    do {
      // What an earlier run's tests left in the checkout goes; their build folder is elsewhere and stays.
      _ = try await repository.materialise(source.revision, into: Slot(slot.path), clean: true)
    } catch let error as any Diagnostic {
      return suites.map { Prepared(suite: $0, checkout: checkout, failure: error) }
    }
    var failures: [String: any Diagnostic] = [:]
    for users in Dictionary(grouping: suites.filter { $0.swiftTest != nil }, by: \.testBuild).values {
      guard let first = users.first else { continue }
      do {
        try await build(first, for: users.map(\.name), in: checkout, of: service, onLog: onLog)
      } catch let error as any Diagnostic {
        for user in users { failures[user.name] = error }
      }
    }
    return suites.map { Prepared(suite: $0, checkout: checkout, failure: failures[$0.name]) }
  }

  /// Builds a package's tests, unless the very same were built here before.
  ///
  /// They are built as the service is: in its time, and in its mode, which may have nothing used that other builds left.
  private func build(
    _ suite: SuiteConfiguration, for suites: [String], in checkout: TestCheckout, of service: ServiceConfiguration,
    onLog: @Sendable (FilePath) -> Void
  ) async throws {
    let isClean = service.buildMode == .clean
    let stamp = TestBuildStamp(of: suite, in: checkout, conversion: await repository.conversion)
    if stamp.isCurrent { return }
    stamp.remove()
    let temporary = try TemporaryDirectory()
    defer { temporary.remove() }
    if isClean { TreeRemoval.remove(checkout.scratch(for: suite)) }
    let places = BuildPlaces(
      scratch: temporary.path, slot: checkout.slot.path, caches: checkout.caches, isClean: isClean)
    let run = SuiteRun(
      definition: SuiteDefinition(suite), checkout: checkout.tree, scratch: checkout.scratch(for: suite),
      environment: ProcessEnvironment.allowed(temporaryDirectory: temporary.path, adding: places.variables),
      // Its own build folder is added to that; those of other packages have stamps of their own.
      confinement: .ofTests(writing: [checkout.tree] + places.writable, in: state, denied: denied),
      logs: checkout.logs)
    // An earlier build's log would only be added to.
    try? FileManager.default.removeItem(atPath: run.buildLog.string)
    onLog(run.buildLog)
    try await SuiteRunner(launcher: launcher).build(
      run, for: suites, caches: checkout.caches, timeout: service.build?.timeout
    ) { report(.testsBuildLine($0)) }
    stamp.write()
  }
}

extension Confinement {
  /// What tests, and what builds them, may touch: some places of their own, and nothing of Quench's.
  static func ofTests(
    writing writable: [FilePath], reading readable: [FilePath] = [], in state: StateDirectory, denied: [FilePath]
  ) -> Confinement {
    Confinement(writable: writable, readable: readable, denied: state.protected + denied)
  }
}

extension TestCheckout {
  /// The root of the tests' files.
  var tree: FilePath { Slot(slot.path).tree }
  /// The build folders of the tests.
  var scratches: FilePath { slot.path.appending("scratch") }
  /// What building the tests printed.
  var logs: FilePath { slot.path.appending("logs") }

  /// The build folder of one package, with one environment.
  func scratch(for suite: SuiteConfiguration) -> FilePath {
    let folder = scratches.appending(suite.testBuild.folderName)
    try? FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
    return folder
  }
}
