import Foundation
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
  /// Tests that need no instance and are built together with the code they test are always those of the revision: taken
  /// from elsewhere they would bring that code along, and say nothing about the revision.
  ///
  /// - Throws: `GitError` when a named revision is unknown, or the working tree cannot be read.
  func sources(for request: VerificationRequest) async throws -> [String: TestSource] {
    var sources: [String: TestSource] = [:]
    for suite in request.suites {
      let source: TestSource =
        switch suite.testsFrom {
        case .revision: .subject(request.revision)
        case .workingTree: .workingTree(try await repository.workingTreeSnapshot())
        case .named(let name): .pinned(try await repository.resolve(name))
        }
      let needsNoInstance = suite.instances == .none
      let isRevisions = try await needsNoInstance ? bringsCode(suite, from: source.revision) : false
      sources[suite.name] = isRevisions ? .subject(request.revision) : source
    }
    return sources
  }

  /// Whether a suite's tests are built with code that is no test: a command's always may be, a package's when it has
  /// other targets than test targets, or takes some from a folder beside it.
  private func bringsCode(_ suite: SuiteConfiguration, from revision: Revision) async throws -> Bool {
    guard let package = suite.swiftTest?.package else { return true }
    let path = package == "." ? "Package.swift" : "\(package)/Package.swift"
    guard let manifest = try await repository.file(at: path, in: revision) else { return true }
    let text = String(decoding: manifest, as: UTF8.self)
    return text.contains(/\.(target|executableTarget|macro|plugin)\s*\(\s*name:/)
      || text.contains(/\.package\s*\([^)]*path:/)
  }

  /// The digest of each suite's definition, by the suite's name.
  func definitionDigests(for request: VerificationRequest, sources: [String: TestSource]) -> [String: String] {
    var digests: [String: String] = [:]
    for suite in request.suites {
      let content = SuiteDefinitionContent(
        suite, service: request.configuration.service.name,
        testsFrom: sources[suite.name]?.definition ?? .revision)
      digests[suite.name] = SuiteDefinitionDigest(of: content).hex
    }
    return digests
  }

  /// Checks out and builds the tests of all suites.
  ///
  /// - Throws: `StateError`, `ProcessError` or `CancellationError`. What keeps one suite from running is in its entry.
  func prepare(_ request: VerificationRequest, sources: [String: TestSource]) async throws -> [Prepared] {
    try await withThrowingTaskGroup(of: [Prepared].self) { group in
      for (source, suites) in Dictionary(
        grouping: request.suites, by: { sources[$0.name] ?? .subject(request.revision) })
      {
        group.addTask { try await prepare(suites, from: source) }
      }
      var all: [Prepared] = []
      for try await prepared in group { all += prepared }
      let order = Dictionary(uniqueKeysWithValues: request.suites.enumerated().map { ($0.element.name, $0.offset) })
      return all.sorted { order[$0.suite.name, default: 0] < order[$1.suite.name, default: 0] }
    }
  }

  private func prepare(_ suites: [SuiteConfiguration], from source: TestSource) async throws -> [Prepared] {
    let slot = try SlotPool(state, name: "tests").take(
      for: "\(source.kind) of \(repository.commonDirectory)",
      reason: "quench verify: tests of \(source.revision.id.abbreviated)")
    let checkout = TestCheckout(source: source, slot: slot)
    do {
      // What an earlier run's tests left in the checkout goes; their build folder is elsewhere and stays.
      _ = try await repository.materialise(source.revision, into: Slot(slot.path), clean: true)
    } catch let error as any Diagnostic {
      return suites.map { Prepared(suite: $0, checkout: checkout, failure: error) }
    }
    var failures: [String: any Diagnostic] = [:]
    for (package, users) in Dictionary(grouping: suites, by: { $0.swiftTest?.package }) {
      guard package != nil, let first = users.first else { continue }
      do {
        try await build(first, in: checkout)
      } catch let error as any Diagnostic {
        for user in users { failures[user.name] = error }
      }
    }
    return suites.map { Prepared(suite: $0, checkout: checkout, failure: failures[$0.name]) }
  }

  /// Builds a package's tests, unless the very same were built here before.
  private func build(_ suite: SuiteConfiguration, in checkout: TestCheckout) async throws {
    let stamp = TestBuildStamp(of: suite, in: checkout)
    if stamp.isCurrent { return }
    stamp.remove()
    let temporary = try TemporaryDirectory()
    defer { temporary.remove() }
    let run = SuiteRun(
      definition: SuiteDefinition(suite), checkout: checkout.tree, scratch: checkout.scratch(for: suite),
      environment: ProcessEnvironment.allowed(temporaryDirectory: temporary.path),
      confinement: confinement(checkout, temporary: temporary.path), logs: checkout.logs)
    try await SuiteRunner(launcher: launcher).build(run) { report(.testsBuildLine($0)) }
    stamp.write()
  }

  func confinement(_ checkout: TestCheckout, temporary: FilePath) -> Confinement {
    Confinement(
      writable: [checkout.tree, checkout.scratches, temporary] + ProcessEnvironment.packageCaches,
      denied: state.protected + denied)
  }
}

extension TestCheckout {
  /// The root of the tests' files.
  var tree: FilePath { Slot(slot.path).tree }
  /// The build folders of the tests.
  var scratches: FilePath { slot.path.appending("scratch") }
  /// What building the tests printed.
  var logs: FilePath { slot.path.appending("logs") }

  /// The build folder of one package.
  func scratch(for suite: SuiteConfiguration) -> FilePath {
    let package = suite.swiftTest?.package ?? "."
    let name = package == "." ? "root" : String(package.map { $0.isLetter || $0.isNumber ? $0 : "-" })
    let folder = scratches.appending(name)
    try? FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
    return folder
  }
}
