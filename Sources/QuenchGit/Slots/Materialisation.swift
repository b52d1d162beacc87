/// One move of a slot to a revision.
///
/// It blocks, so it is run on a thread of its own.
///
/// The order is what makes it safe to kill at any instruction: `state.json` says that the slot is moving, and between
/// which commits, before the first file changes; it says where the slot arrived after the last one.
struct Materialisation: Sendable {
  let location: RepositoryHandle.Location
  let revision: Revision
  let slot: Slot
  let cleans: Bool
  let cancellation: Cancellation

  /// Moves the slot.
  ///
  /// - Throws: `GitError`, or `CancellationError`; the slot is then left marked as moving, for the next run to repair.
  func run() throws -> MaterialiseReport {
    let handle = try RepositoryHandle(objectsOf: location)
    let sources = ObjectSources(handle, commit: revision.id)
    let folder = try SlotFolder(slot)
    let state = SlotState(reading: folder)
    var plan = try SlotPlanner(
      folder: folder, state: state, handle: handle, sources: sources, tree: revision.tree
    ).plan()

    let crew = FileCrew(folder: folder, sources: sources.list, cancellation: cancellation)
    var updates: [SlotIndex.Update] = []
    var tampered = 0
    let questionable = plan.suspected + plan.doubted
    for (number, stamp) in try crew.verify(questionable, handle).enumerated() {
      if let stamp {
        updates.append(SlotIndex.Update(file: questionable[number], stamp: stamp))
      } else {
        plan.written.append(questionable[number])
        tampered += number < plan.suspected.count ? 1 : 0
      }
    }

    let settled = SlotState(
      revision: revision.id, tree: revision.tree, conversion: sources.list[0].conversion.fingerprint)
    let changes = !plan.removed.isEmpty || !plan.written.isEmpty || plan.sweeps || plan.isRepair || cleans
    var removed = 0
    if changes {
      try announce(over: state, in: folder)
      removed += try Removal(folder: folder).remove(plan.removed)
      // In the order of paths neighbours share their open directories.
      plan.written.sort { $0.path.precedes($1.path) }
      let stamps = try crew.write(plan.written, handle)
      updates += zip(plan.written, stamps).map { SlotIndex.Update(file: $0, stamp: $1) }
    }
    let index =
      plan.index?.moved(to: revision.tree, removed: plan.removed, updates: updates)
      ?? SlotIndex(tree: revision.tree, updates)
    if changes, plan.sweeps || cleans { removed += try Removal(folder: folder).removeUntracked(index) }
    if !updates.isEmpty || changes || plan.index == nil || plan.index?.tree != index.tree {
      try folder.replace(SlotFolder.indexName, with: SlotIndexFile.encode(index))
    }
    if changes || state != settled { try folder.replace(SlotFolder.stateName, with: settled.encoded()) }
    return MaterialiseReport(
      written: plan.written.count, removed: removed, unchanged: index.records.count - plan.written.count,
      wasDirty: plan.isRepair || tampered > 0)
  }

  /// Marks the slot as moving from wherever it may be.
  private func announce(over state: SlotState?, in folder: SlotFolder) throws {
    var moving = state?.moving ?? []
    for commit in [state?.revision, revision.id] {
      if let commit, !moving.contains(commit) { moving.append(commit) }
    }
    let state = SlotState(
      revision: state?.revision, tree: state?.tree, conversion: state?.conversion ?? "", moving: moving)
    try folder.announce(state.encoded())
  }
}
