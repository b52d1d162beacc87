import Foundation

/// The instances that the tests of this process share: lent to many at a time, or to one alone.
actor InstanceLoan {
  static let ofThisProcess = InstanceLoan { try await InstanceSources.find(ProcessInfo.processInfo.environment) }

  /// Who waits for an instance.
  private struct Waiting {
    let isExclusive: Bool
    let continuation: CheckedContinuation<Int, Never>
  }

  private let find: @Sendable () async throws -> any InstanceSource
  private var finding: Task<any InstanceSource, any Error>?
  /// How many use each instance now; nil where somebody has it to himself.
  private var uses: [Int?] = []
  private var queue: [Waiting] = []
  /// Who waits for one of the instances, alone.
  private var wanted: [Int: [CheckedContinuation<Void, Never>]] = [:]

  init(_ find: @escaping @Sendable () async throws -> any InstanceSource) { self.find = find }

  /// Runs something with an instance.
  ///
  /// - Parameters:
  ///   - isExclusive: whether nobody else uses the instance meanwhile.
  ///   - isReset: whether its data are put back before.
  /// - Throws: `HotInstanceError`, and what `body` throws.
  nonisolated func lend(
    exclusively isExclusive: Bool, resetting isReset: Bool = false, _ body: @Sendable () async throws -> Void
  ) async throws {
    let source = try await source()
    let index = await take(exclusively: isExclusive)
    do {
      if isReset { try await source.reset(index) }
      try await HotInstance.$lent.withValue(source.instances[index]) { try await body() }
    } catch {
      await giveBack(index)
      throw error
    }
    await giveBack(index)
  }

  /// Puts the data of all instances back, while nobody uses them.
  nonisolated func resetAll() async throws {
    let source = try await source()
    // The same order as everybody's, so that two who want all of them do not hold each other up.
    var taken: [Int] = []
    do {
      for index in source.instances.indices {
        await take(index)
        taken.append(index)
        try await source.reset(index)
      }
    } catch {
      for index in taken { await giveBack(index) }
      throw error
    }
    for index in taken { await giveBack(index) }
  }

  /// Finds the instances, once.
  func source() async throws -> any InstanceSource {
    let task = finding ?? Task { [find] in try await find() }
    finding = task
    let source = try await task.value
    if uses.isEmpty { uses = source.instances.map { _ in 0 } }
    return source
  }

  private func take(exclusively isExclusive: Bool) async -> Int {
    if queue.isEmpty, let index = free(exclusively: isExclusive) {
      use(index, exclusively: isExclusive)
      return index
    }
    return await withCheckedContinuation { queue.append(Waiting(isExclusive: isExclusive, continuation: $0)) }
  }

  /// Waits for one of the instances, alone.
  private func take(_ index: Int) async {
    if uses[index] == 0 {
      uses[index] = nil as Int?
    } else {
      await withCheckedContinuation { wanted[index, default: []].append($0) }
    }
  }

  private func giveBack(_ index: Int) {
    uses[index] = max(0, (uses[index] ?? 1) - 1)
    if uses[index] == 0, var waiting = wanted[index], !waiting.isEmpty {
      let next = waiting.removeFirst()
      wanted[index] = waiting
      uses[index] = nil as Int?
      next.resume()
      return
    }
    while let first = queue.first, let index = free(exclusively: first.isExclusive) {
      queue.removeFirst()
      use(index, exclusively: first.isExclusive)
      first.continuation.resume(returning: index)
    }
  }

  private func use(_ index: Int, exclusively isExclusive: Bool) {
    uses[index] = isExclusive ? nil as Int? : (uses[index] ?? 0) + 1
  }

  /// An instance that can be lent: of those that are shared the least used.
  private func free(exclusively isExclusive: Bool) -> Int? {
    let candidates = uses.indices.filter { index in
      guard let count = uses[index], wanted[index, default: []].isEmpty else { return false }
      return !isExclusive || count == 0
    }
    return candidates.min { (uses[$0] ?? 0) < (uses[$1] ?? 0) }
  }
}
