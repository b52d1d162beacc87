import Foundation
import Generators
import QuenchLedger
import Testing

@Suite("Sets and instances")
struct SetTests {
  @Test("Any set is read as it was last written", arguments: [7, 1999] as [UInt64])
  func roundTrip(seed: UInt64) async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    var generator = SeededGenerator(seed: seed)
    let keys = ["orders", "billing"].flatMap { service in SetName.allCases.map { [service, $0.rawValue] } }
    var last: [[String]: SetRecord] = [:]
    for round in 0..<60 {
      let key = try #require(keys.randomElement(using: &generator))
      var set = generator.set(try #require(SetName(rawValue: key[1])), service: key[0])
      if let before = last[key], Bool.random(using: &generator) {
        // What is rolled forward: the members become the first retained set.
        set.retained.insert(
          RetainedSet(
            revision: before.revision, digest: before.digest, members: before.members, since: generator.date()),
          at: 0)
      }
      try await ledger.saveSet(set)
      last[key] = set
      for key in keys {
        let name = try #require(SetName(rawValue: key[1]))
        #expect(try await ledger.loadSet(name, service: key[0]) == last[key], "seed \(seed), round \(round)")
      }
      let sorted = last.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
      #expect(try await ledger.sets() == sorted, "seed \(seed), round \(round)")
    }
  }

  @Test("A removed set is gone with its instances, and no other is")
  func removal() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    var generator = SeededGenerator(seed: 4)
    let (hot, cold) = (generator.set(.hot), generator.set(.cold))
    try await ledger.saveSet(hot)
    try await ledger.saveSet(cold, durability: .full)
    try await ledger.removeSet(.hot, service: "orders")
    #expect(try await ledger.loadSet(.hot, service: "orders") == nil)
    #expect(try await ledger.loadSet(.cold, service: "orders") == cold)
    #expect(try await ledger.sets() == [cold])
    // Its instances are nobody's now, so another set may have them.
    var heir = hot
    heir.service = "billing"
    try await ledger.saveSet(heir)
    #expect(try await ledger.loadSet(.hot, service: "billing") == heir)
    try await ledger.removeSet(.hot, service: "orders")
  }

  @Test("Each service has sets of its own")
  func services() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    var generator = SeededGenerator(seed: 6)
    let (orders, billing) = (generator.set(.hot), generator.set(.hot, service: "billing"))
    try await ledger.saveSet(orders)
    try await ledger.saveSet(billing)
    try await ledger.removeSet(.hot, service: "orders")
    #expect(try await ledger.loadSet(.hot, service: "orders") == nil)
    #expect(try await ledger.sets() == [billing])
  }

  @Test("An instance is in one place of one set")
  func onePlace() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    var generator = SeededGenerator(seed: 9)
    let instance = generator.instance()
    let hot = SetRecord(service: "orders", name: .hot, revision: "r", digest: "d", members: [instance])
    try await ledger.saveSet(hot)
    for (service, name) in [("orders", SetName.cold), ("billing", .hot)] {
      let other = SetRecord(service: service, name: name, revision: "r", digest: "d", members: [instance])
      let taken = await #expect(throws: LedgerError.self) { try await ledger.saveSet(other) }
      #expect(taken?.code == .instanceTaken)
      #expect(try await ledger.loadSet(name, service: service) == nil)
    }
    let twice = SetRecord(service: "orders", name: .hot, revision: "r", digest: "d", members: [instance, instance])
    let error = await #expect(throws: LedgerError.self) { try await ledger.saveSet(twice) }
    #expect(error?.code == .instanceTaken)
    #expect(try await ledger.loadSet(.hot, service: "orders") == hot)
  }
}
