import Dispatch

extension Repository {
  /// Makes a slot's `tree` hold exactly the files of a revision, touching only those that differ.
  ///
  /// Files that are right already keep their modification times, and untracked files stay, so that the next build is an
  /// incremental one. Tracked files that were changed or removed since are put right. Submodules are filled from their
  /// local clones, and Git LFS contents from the local store. Nothing is ever written outside the slot or through a
  /// link, and no hook or filter command is run.
  ///
  /// - Parameters:
  ///   - revision: the commit whose files to write.
  ///   - slot: where to; nobody else may use it meanwhile.
  ///   - clean: whether to remove everything that is not part of the revision, build products included.
  /// - Returns: what was done.
  /// - Throws: `GitError` with `treeUnsafe`, `submoduleMissing`, `lfsPointer`, `encodingUnsupported`, `objectMissing` or
  ///   `slotUnwritable`, or `CancellationError`. If files had been changed by then, the slot is left marked, and the
  ///   next call repairs it.
  public nonisolated func materialise(
    _ revision: Revision, into slot: Slot, clean: Bool = false
  ) async throws -> MaterialiseReport {
    let cancellation = Cancellation()
    let materialisation = Materialisation(
      location: location, revision: revision, slot: slot, cleans: clean, cancellation: cancellation)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        // A thread of its own: the cooperative pool is not for work that waits for disks.
        DispatchQueue.global().async { continuation.resume(with: Result { try materialisation.run() }) }
      }
    } onCancel: {
      cancellation.request()
    }
  }
}
