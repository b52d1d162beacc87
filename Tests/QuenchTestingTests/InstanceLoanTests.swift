import Foundation
import Synchronization
import Testing

@testable import QuenchTesting

/// Instances are shared, or lent to one test alone.
struct InstanceLoanTests {
  private final class Source: InstanceSource {
    let instances: [HotInstance]
    let resets = Mutex<[Int]>([])
    let fails: Bool

    init(_ count: Int, fails: Bool = false) {
      self.fails = fails
      instances = (0..<count).map { index in
        HotInstance(baseURL: URL(filePath: "/\(index)"), revision: "r", index: index)
      }
    }

    func reset(_ index: Int) async throws {
      if fails { throw HotInstanceError(.resetFailed, "no") }
      resets.withLock { $0.append(index) }
    }
  }

  /// Who uses which instance, with what is noticed that must not be.
  private final class Use: Sendable {
    private let now = Mutex<[Int: (shared: Int, alone: Int)]>([:])
    let most = Mutex<[Int: Int]>([:])

    func run(alone: Bool) async throws {
      let index = try HotInstance.current.index
      let isWrong = now.withLock { now in
        now[index, default: (0, 0)].shared += alone ? 0 : 1
        now[index, default: (0, 0)].alone += alone ? 1 : 0
        let use = now[index, default: (0, 0)]
        most.withLock { $0[index] = max($0[index] ?? 0, use.shared) }
        return use.alone > 1 || use.alone == 1 && use.shared > 0
      }
      #expect(!isWrong, "somebody else uses instance \(index)")
      for _ in 0..<5 { await Task.yield() }
      now.withLock {
        $0[index, default: (0, 0)].shared -= alone ? 0 : 1
        $0[index, default: (0, 0)].alone -= alone ? 1 : 0
      }
    }
  }

  @Test(arguments: [1, 2, 3])
  func whoHasAnInstanceAloneHasItAlone(count: Int) async throws {
    let source = Source(count), use = Use()
    let loan = InstanceLoan { source }
    try await withThrowingTaskGroup { group in
      for number in 0..<60 {
        group.addTask {
          switch number % 4 {
          case 0: try await loan.lend(exclusively: true) { try await use.run(alone: true) }
          case 1: try await loan.lend(exclusively: true, resetting: true) { try await use.run(alone: true) }
          case 2 where number % 20 == 2: try await loan.resetAll()
          default: try await loan.lend(exclusively: false) { try await use.run(alone: false) }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(source.resets.withLock { $0.count } == 15 + 3 * count)
    #expect(use.most.withLock { $0.count } == count, "all are used")
  }

  @Test func othersShareAnInstance() async throws {
    let loan = InstanceLoan { Source(1) }
    let (stream, inside) = AsyncStream<Void>.makeStream()
    try await withThrowingTaskGroup { group in
      for _ in 0..<2 {
        group.addTask {
          try await loan.lend(exclusively: false) {
            inside.yield()
            for await _ in stream.prefix(1) {}
          }
        }
      }
      try await group.waitForAll()
    }
  }

  /// Everybody hears why there is none, and what was lent is given back.
  @Test func failuresAreTold() async throws {
    let none = InstanceLoan { throw HotInstanceError(.startFailed, "no") }
    for _ in 0..<2 {
      let error = await #expect(throws: HotInstanceError.self) { try await none.lend(exclusively: false) {} }
      #expect(error?.code == .startFailed)
    }
    let loan = InstanceLoan { Source(1, fails: true) }
    let error = await #expect(throws: HotInstanceError.self) {
      try await loan.lend(exclusively: true, resetting: true) { Issue.record("its data were not put back") }
    }
    #expect(error?.code == .resetFailed)
    await #expect(throws: HotInstanceError.self) { try await loan.resetAll() }
    await #expect(throws: CancellationError.self) {
      try await loan.lend(exclusively: true) { throw CancellationError() }
    }
    try await loan.lend(exclusively: true) {}
  }

  @Test func withoutATraitThereIsNone() {
    let error = #expect(throws: HotInstanceError.self) { try HotInstance.current }
    #expect(error?.code == .traitMissing && error?.message.contains(".hotInstance") == true)
  }
}
