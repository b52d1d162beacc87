import Foundation
import QuenchInstances
import SystemPackage
import Testing

@testable import QuenchVerification

@Suite("Instances lent to suites", .timeLimit(.minutes(1)))
struct InstancePoolTests {
  private func pool(_ count: Int) -> InstancePool {
    InstancePool(
      (1...count).map { number in
        Instance(
          id: "hot-\(number)", temperature: .hot, revision: "r", digest: "d", port: 40000 + number, since: Date(),
          folder: InstanceFolder(path: FilePath("/nowhere/hot-\(number)")))
      })
  }

  @Test("Those that nobody has used come first, and who gets a used one is told")
  func freshFirst() async throws {
    let pool = pool(3)
    let first = try await pool.take(1)
    #expect(first.instances.map(\.id) == ["hot-1"] && first.used.isEmpty)
    await pool.giveBack(first.instances)
    let second = try await pool.take(2)
    #expect(second.instances.map(\.id) == ["hot-2", "hot-3"] && second.used.isEmpty)
    await pool.giveBack(second.instances)
    let all = try await pool.take(3)
    #expect(Set(all.instances.map(\.id)) == all.used && all.used.count == 3)
  }

  @Test("Who wants more than there are waits for all of them, and nobody overtakes")
  func queue() async throws {
    let pool = pool(2)
    let first = try await pool.take(1)
    let both = Task { try await pool.take(2).instances.count }
    while await pool.waitingCount < 1 { await Task.yield() }
    let one = Task { try await pool.take(1).instances }
    while await pool.waitingCount < 2 { await Task.yield() }
    await pool.giveBack(first.instances)
    #expect(try await both.value == 2)
    #expect(await pool.waitingCount == 1, "the one instance that was free was not given away before")
    await pool.giveBack(first.instances)
    #expect(try await one.value == first.instances)
  }

  @Test("Who is cancelled while it waits leaves the queue to the next")
  func cancelled() async throws {
    let pool = pool(1)
    let first = try await pool.take(1)
    let gone = Task { try await pool.take(1) }
    while await pool.waitingCount < 1 { await Task.yield() }
    let next = Task { try await pool.take(1) }
    while await pool.waitingCount < 2 { await Task.yield() }
    gone.cancel()
    await #expect(throws: CancellationError.self) { try await gone.value }
    await pool.giveBack(first.instances)
    #expect(try await next.value.instances == first.instances)
  }
}
