import Foundation
import QuenchGit
import QuenchProcesses
import QuenchState
import SystemPackage

/// Makes builds of revisions, or finds them in the store.
public struct Builder: Sendable {
  let state: StateDirectory
  let launcher: Launcher
  private let store: BuildStore
  let denied: [FilePath]

  /// A builder that keeps its slots and logs in `state` and its artifacts in `store`.
  ///
  /// - Parameters:
  ///   - state: Quench's own folder.
  ///   - launcher: what starts the builds.
  ///   - store: where artifacts are kept.
  ///   - denied: what builds may not even read besides Quench's own state, such as the signing key.
  public init(state: StateDirectory, launcher: Launcher, store: BuildStore, denied: [FilePath] = []) {
    self.state = state
    self.launcher = launcher
    self.store = store
    self.denied = denied + [store.root]
  }

  /// The key under which the build of a revision is or will be stored.
  ///
  /// - Throws: `BuildError` with code `path-missing`, `GitError`, `StateError`, `ProcessError` or `CancellationError`.
  public func key(of revision: Revision, by recipe: Recipe, in repository: Repository) async throws -> BuildKey {
    try await ingredients(of: revision, by: recipe, in: repository).key
  }

  /// What goes into the build of a revision here.
  private func ingredients(
    of revision: Revision, by recipe: Recipe, in repository: Repository
  ) async throws -> BuildIngredients {
    let tree = try await tree(of: revision, by: recipe, in: repository)
    let toolchain = Toolchain(state: state, launcher: launcher, denied: denied)
    let tools = try await toolchain.tools(for: recipe.command ?? "", environment: recipe.environment)
    return BuildIngredients(
      key: try BuildKey(tree: tree, recipe: recipe, platform: .current, toolchain: tools), platform: .current,
      toolchain: tools)
  }

  /// What a program on `PATH` says of its version; nil where there is none of that name.
  ///
  /// - Throws: `CancellationError`, `StateError` or `ProcessError`.
  public func version(of program: String) async throws -> String? {
    try await Toolchain(state: state, launcher: launcher, denied: denied).tools(for: program, environment: [:])
      .first?.version
  }

  /// What of the revision's files the build depends on.
  private func tree(of revision: Revision, by recipe: Recipe, in repository: Repository) async throws -> String {
    // The same files are other bytes where they are checked out in another way.
    let conversion = await repository.conversion
    let suffix = conversion.isEmpty ? "" : "\nconverted \(conversion)"
    guard !recipe.paths.isEmpty else { return revision.tree.description + suffix }
    do {
      return try await repository.treeID(in: revision, paths: recipe.paths) + suffix
    } catch let error as GitError where error.code == .pathUnknown {
      throw BuildError(
        .pathMissing,
        "service.paths of quench.yml says what \(recipe.name) is built from, but \(error.message); "
          + "paths count from the root of the repository", remedy: error.remedy)
    }
  }

  /// The build of a revision: from the store, else made now.
  ///
  /// Each key is built by one process at a time; the others wait for it and then find the build in the store.
  ///
  /// - Parameters:
  ///   - revision: what is built.
  ///   - recipe: how it is built.
  ///   - repository: where the revision is.
  ///   - secrets: the values of the recipe's secrets; others are not passed on.
  ///   - share: with which other revisions it shares slots.
  ///   - again: whether to build although the store has one.
  ///   - onLine: given each line the build prints, without secrets.
  ///   - onWait: told once when another process makes the same build.
  ///   - onStart: told when there is something to build.
  ///   - onCheckedOut: told when the revision's files are in their slot.
  ///   - onLog: told the path of each log before the build that it is of runs, whatever becomes of that.
  /// - Returns: the build, which nothing removes from the store while it is held.
  /// - Throws: `BuildError`, `GitError`, `StateError` or `ProcessError`; `CancellationError` when the task is cancelled,
  ///   after everything was ended. Nothing is stored then.
  public func build(
    _ revision: Revision, by recipe: Recipe, in repository: Repository, secrets: [String: String] = [:],
    share: SlotShare = .all, again: Bool = false, onLine: (@Sendable (String) -> Void)? = nil,
    onWait: (@Sendable (String) -> Void)? = nil,
    onStart: (@Sendable () -> Void)? = nil, onCheckedOut: (@Sendable () -> Void)? = nil,
    onLog: (@Sendable (FilePath) -> Void)? = nil
  ) async throws -> HeldBuild {
    try OutputList.check(recipe.outputs)
    let secrets = try Self.select(recipe.secretNames, of: secrets)
    try state.prepare()
    let ingredients = try await ingredients(of: revision, by: recipe, in: repository)
    let key = ingredients.key
    if !again, let stored = try await stored(ingredients, revision) { return stored }
    let keyLock = state.lock(ofBuild: key.description)
    let held = try await keyLock.acquire(
      reason: "building \(recipe.name) at \(revision.id.abbreviated)", onWait: onWait)
    defer { withExtendedLifetime(held) {} }
    if !again, let stored = try await stored(ingredients, revision) { return stored }
    if recipe.command != nil { onStart?() }
    let build = try await make(revision, recipe, repository, ingredients, secrets, share, onLine, onCheckedOut, onLog)
    // Whoever waits for this very file finds the build in the store next, so it can go before it is unlocked.
    DurableFile.remove(keyLock.path)
    return build
  }

  /// Removes the checkouts and build folders, those of tests too, that nobody has used for `age`.
  ///
  /// - Returns: how many slots.
  /// - Throws: `StateError`, or the error that kept a folder from being removed.
  public func removeSlots(unusedFor age: Duration) async throws -> Int {
    try await DiskExecutor.run { [state] in
      try SlotPool(state, name: "build").remove(unusedFor: age) + SlotPool(state, name: "tests").remove(unusedFor: age)
    }
  }

  /// The build that the store has.
  private func stored(_ ingredients: BuildIngredients, _ revision: Revision) async throws -> HeldBuild? {
    let hold = try await store.hold(reason: "using the build \(ingredients.key)")
    return try await store.build(for: ingredients.key).map {
      HeldBuild(build: Build($0, of: revision, from: ingredients, cached: true), hold: hold)
    }
  }

  private func make(
    _ revision: Revision, _ recipe: Recipe, _ repository: Repository, _ ingredients: BuildIngredients,
    _ secrets: [String: String], _ share: SlotShare, _ onLine: (@Sendable (String) -> Void)?,
    _ onCheckedOut: (@Sendable () -> Void)?, _ onLog: (@Sendable (FilePath) -> Void)?
  ) async throws -> HeldBuild {
    let key = ingredients.key
    let held = try SlotPool(state, name: "build").take(
      for: share.owner("\(recipe.name) of \(repository.commonDirectory)"), reason: "building \(recipe.name)")
    defer { withExtendedLifetime(held) {} }
    let slot = Slot(held.path)
    let clock = ContinuousClock()
    let start = clock.now
    try await fill(slot, revision, repository, clean: recipe.startsClean)
    let checkout = clock.now - start
    onCheckedOut?()
    var run = BuildRun(
      revision: revision, recipe: recipe, key: key, slot: slot, state: state, launcher: launcher, secrets: secrets,
      denied: denied, caches: share.caches(in: slot.path), isClean: recipe.startsClean, onLog: onLog)
    let made: Made
    if !recipe.startsClean, let whole = try await makeIncrementally(run, onLine) {
      made = whole
    } else {
      if !recipe.startsClean {
        onLine?("quench: what was removed from the outputs was not made again; building from the committed files alone")
        try await fill(slot, revision, repository, clean: true)
      }
      run.isClean = true
      RemovedOutputs(in: slot).forget()
      made = try await make(run, onLine)
    }
    let hold = try await store.hold(reason: "using the build \(key)")
    let stored = try await store.add(
      made.content,
      BuildProvenance(
        key: key, revision: revision.id, tree: revision.tree, service: recipe.name, seconds: made.outcome?.seconds ?? 0,
        mode: recipe.mode, isolation: recipe.command == nil ? "none" : Confinement.description))
    return HeldBuild(
      build: Build(
        stored, of: revision, from: ingredients, cached: false, checkoutSeconds: checkout.seconds,
        log: made.outcome?.log),
      hold: hold)
  }

  /// What a run of the build command left.
  private typealias Made = (outcome: BuildRun.Outcome?, content: ArtifactContent)

  /// Builds on what earlier builds left beside their outputs.
  ///
  /// - Returns: nil when outputs of theirs that were removed are not there again, or the build failed without them:
  ///   it may have taken them for made, or gone by what earlier revisions left.
  private func makeIncrementally(_ run: BuildRun, _ onLine: (@Sendable (String) -> Void)?) async throws -> Made? {
    let removed = try await DiskExecutor.run {
      var removed = try StaleOutputs(run.recipe, in: run.slot).remove()
      if try run.slot.removeStrays() > 0 { try removed.noteStrays() }
      return removed
    }
    do {
      let outcome = try await run.run(onLine: onLine)
      guard try await DiskExecutor.run({ removed.areMadeAgain }) else { return nil }
      let content = try await content(of: run)
      removed.forget()
      return (outcome, content)
    } catch let error as BuildError where error.code == .buildFailed && !removed.isEmpty {
      return nil
    }
  }

  private func make(_ run: BuildRun, _ onLine: (@Sendable (String) -> Void)?) async throws -> Made {
    let outcome = try await run.run(onLine: onLine)
    return (outcome, try await content(of: run))
  }

  private func content(of run: BuildRun) async throws -> ArtifactContent {
    try await DiskExecutor.run { try ArtifactContent(of: OutputList(run.recipe.outputs, in: run.slot.tree)) }
  }

  func fill(_ slot: Slot, _ revision: Revision, _ repository: Repository, clean: Bool) async throws {
    do {
      _ = try await repository.materialise(revision, into: slot, clean: clean)
    } catch  where BuildError.isDiskFull(error) {
      throw BuildError.writing(slot.tree, as: .slotUnwritable, error)
    }
  }

  private static func select(_ names: [String], of secrets: [String: String]) throws(BuildError) -> [String: String] {
    var selected: [String: String] = [:]
    for name in names {
      guard let value = secrets[name] else {
        throw BuildError(
          .secretMissing, "the build needs the secret \(name), which is not set",
          remedy: "export \(name)=…, or take it out of build-secrets in quench.yml")
      }
      selected[name] = value
    }
    return selected
  }
}
