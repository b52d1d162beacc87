import QuenchInstances

/// The hot instances of one verification, lent to one suite at a time.
///
/// A suite that wants several gets them together, so that two suites never wait for each other's half; those that
/// came first are served first.
actor InstancePool {
  private struct Waiting {
    var count: Int
    var continuation: CheckedContinuation<[Instance], any Error>
    var id: Int
  }

  private var free: [Instance]
  private var used: Set<String> = []
  private var queue: [Waiting] = []
  private var nextID = 0

  init(_ instances: [Instance]) {
    free = instances
  }

  /// Waits for `count` instances and takes them.
  ///
  /// - Returns: the instances, those that no suite has used first, and which of them were used before.
  func take(_ count: Int) async throws -> (instances: [Instance], used: Set<String>) {
    let id = nextID
    nextID += 1
    let taken: [Instance] = try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<[Instance], any Error>) in
        if Task.isCancelled {
          continuation.resume(throwing: CancellationError())
        } else {
          queue.append(Waiting(count: count, continuation: continuation, id: id))
          serve()
        }
      }
    } onCancel: {
      Task { await self.leave(id) }
    }
    let usedBefore = used.intersection(taken.map(\.id))
    used.formUnion(taken.map(\.id))
    return (taken, usedBefore)
  }

  /// How many suites wait.
  var waitingCount: Int { queue.count }

  /// Gives instances back.
  func giveBack(_ instances: [Instance]) {
    free += instances
    serve()
  }

  private func serve() {
    while let first = queue.first, free.count >= first.count {
      queue.removeFirst()
      let ordered = free.filter { !used.contains($0.id) } + free.filter { used.contains($0.id) }
      free = Array(ordered.dropFirst(first.count))
      first.continuation.resume(returning: Array(ordered.prefix(first.count)))
    }
  }

  private func leave(_ id: Int) {
    guard let index = queue.firstIndex(where: { $0.id == id }) else { return }
    queue.remove(at: index).continuation.resume(throwing: CancellationError())
    serve()
  }
}
