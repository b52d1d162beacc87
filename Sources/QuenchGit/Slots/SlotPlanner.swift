internal import CGit2

/// Finds out what has to be done to a slot: as little as possible when its records can be trusted.
struct SlotPlanner {
  /// From this many files on, listing the tree once is cheaper than looking each of them up.
  private static let manyPaths = 64

  let folder: SlotFolder
  let state: SlotState?
  let handle: RepositoryHandle
  /// The sources of the revision to come.
  let sources: ObjectSources
  let tree: ObjectID

  /// The plan for the slot as it is.
  ///
  /// - Throws: `GitError` when the revision cannot be read.
  func plan() throws -> SlotPlan {
    if let move = try move() { return move }
    var plan = SlotPlan()
    let listing = try fullListing()
    guard !folder.isFresh else {
      plan.written = listing
      return plan
    }
    plan.isRepair = true
    plan.doubted = listing
    if let leftovers = leftovers() {
      plan.removed = leftovers.subtracting(listing.map(\.path)).sorted { $0.precedes($1) }
    } else {
      plan.sweeps = true
    }
    return plan
  }

  /// The plan for a slot at rest whose records are whole; nil when it has to be put right from the ground.
  private func move() throws -> SlotPlan? {
    guard let state, state.moving.isEmpty, let oldRevision = state.revision, let oldTree = state.tree,
      let index = folder.read(SlotFolder.indexName).flatMap(SlotIndexFile.decode), index.tree == oldTree
    else { return nil }
    var plan = SlotPlan()
    plan.index = index
    // Other settings convert to other bytes; a machine that went down may have lost some.
    var doubts: Set<Int> = []
    var suspects: Set<Int> = []
    if state.conversion != sources.list[0].conversion.fingerprint {
      doubts = Set(index.records.indices)
    } else if state.boot != SlotState.currentBoot {
      suspects = Set(index.records.indices)
    } else {
      suspects = Set(SlotScan(index: index, folder: folder).suspects())
    }
    if oldTree != tree {
      guard let difference = difference(from: oldTree, of: oldRevision), !difference.isRemapped else {
        return try rewritten(plan)
      }
      let changed = Set(difference.changed.map(\.path))
      plan.removed = difference.removed.filter { !changed.contains($0) }
      plan.written = difference.changed
      if !difference.reattributed.isEmpty {
        for (number, record) in index.records.enumerated() {
          let path = index.path(of: record)
          if difference.reattributed.contains(where: path.isInside) { doubts.insert(number) }
        }
      }
    }
    let settled = Set(plan.removed).union(plan.written.map(\.path))
    func unsettled(_ numbers: Set<Int>) -> [PathBytes] {
      numbers.sorted().map { index.path(of: index.records[$0]) }.filter { !settled.contains($0) }
    }
    plan.doubted = try files(at: unsettled(doubts))
    plan.suspected = try files(at: unsettled(suspects.subtracting(doubts)))
    return plan
  }

  /// The plan for a slot whose files are known but not how they differ from those to come.
  private func rewritten(_ plan: SlotPlan) throws -> SlotPlan {
    var plan = plan
    plan.doubted = try fullListing()
    if let index = plan.index {
      let known = Set(index.records.map { index.path(of: $0) })
      plan.removed = known.subtracting(plan.doubted.map(\.path)).sorted { $0.precedes($1) }
    }
    plan.index = nil
    return plan
  }

  private func files(at paths: [PathBytes]) throws(GitError) -> [TreeFile] {
    if paths.count > Self.manyPaths {
      let wanted = Set(paths)
      return try fullListing().filter { wanted.contains($0.path) }
    }
    let lookup = TreeLookup(sources)
    var files: [TreeFile] = []
    for path in paths {
      if let file = try lookup.file(at: path, in: tree) { files.append(file) }
    }
    return files
  }

  /// Nil when the old tree or one of its submodules is not in the repository any more.
  private func difference(from oldTree: ObjectID, of revision: ObjectID) -> TreeDifference? {
    let old = ObjectSources(sources, commit: revision)
    guard handle.contains(commit: revision) else { return nil }
    return try? TreeDifference(from: oldTree, of: old, to: tree, of: sources)
  }

  private func fullListing() throws(GitError) -> [TreeFile] {
    var listing = TreeListing(sources)
    try listing.add(tree: tree, at: [], source: 0, hasAttributes: false)
    return listing.files
  }

  /// Every path that a killed run may have left a tracked file at; nil when that cannot be told any more.
  private func leftovers() -> Set<PathBytes>? {
    guard let state else { return nil }
    var paths: Set<PathBytes> = []
    for revision in state.moving + [state.revision].compactMap({ $0 }) {
      guard let tree = try? handle.tree(of: revision) else { return nil }
      var listing = TreeListing(ObjectSources(sources, commit: revision))
      guard (try? listing.add(tree: tree, at: [], source: 0, hasAttributes: false)) != nil else { return nil }
      paths.formUnion(listing.files.map(\.path))
    }
    return paths
  }
}
