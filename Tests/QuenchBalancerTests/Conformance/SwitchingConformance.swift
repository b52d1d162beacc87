import Foundation
import QuenchBalancer
import Testing

/// How traffic is switched from one set to another.
@Suite(.serialized) struct SwitchingConformance {
  @Test(arguments: Subject.all) func aNewTableMovesTheTrafficOnKeptConnectionsToo(_ subject: Subject) async throws {
    let one = try await TestService("one-1"), two = try await TestService("two-1")
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(Bench.table(cold: [one]))
      let client = try await RawClient(bench.port())
      #expect(try await client.get("/").body == "one-1")
      let port = try await bench.port()
      try await bench.balancer.apply(Bench.table(2, cold: [two]) { $0.reason = "promotion 9" })
      #expect(try await bench.port() == port)
      #expect(try await client.get("/").body == "two-1")
      #expect(try await bench.balancer.waitUntilDrained(["one-1"], deadline: Date() + 30) == .drained)
      let status = try await bench.balancer.status()
      let move = try #require(status.switches.recent.last { $0.trafficClass == .production })
      #expect(move.reason == .table && move.detail == "promotion 9")
      #expect(move.from?.backends == ["one-1"] && move.to?.backends == ["two-1"] && move.to?.revisions == ["two"])
      #expect(status.tableVersion == 2)
    }
  }

  @Test(arguments: Subject.all) func tablesCountUpAndTakeEffectAsAWhole(_ subject: Subject) async throws {
    let service = try await TestService("cold-1")
    try await Bench.with(subject) { bench in
      let table = Bench.table(5, cold: [service])
      try await bench.balancer.apply(table)
      let change = try await bench.balancer.status().change
      try await bench.balancer.apply(table)
      #expect(try await bench.balancer.status().change == change, "the same again is nothing new")
      for version in [4, 5] {
        let error = await #expect(throws: BalancerError.self) {
          try await bench.balancer.apply(Bench.table(version))
        }
        #expect(error?.code == .tableOutdated)
      }
      let taken = try await TestService("other")
      let error = await #expect(throws: BalancerError.self) {
        try await bench.balancer.apply(
          Bench.table(6) { $0.listeners[1] = Listener(id: "x", trafficClass: .test, port: taken.port, route: "test") })
      }
      #expect(error?.code == .listenerUnavailable)
      #expect(try await RawClient(bench.port()).get("/").body == "cold-1", "the table before it still counts")
      #expect(try await bench.balancer.status().tableVersion == 5)
    }
  }

  @Test(arguments: Subject.all) func requestsUnderWayEndWhereTheyAre(_ subject: Subject) async throws {
    let one = try await TestService("one-1"), two = try await TestService("two-1")
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(Bench.table(cold: [one]))
      let client = try await RawClient(bench.port())
      try await client.send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n")
      try await one.receives()
      try await bench.balancer.apply(
        Bench.table(2, cold: [two]) {
          $0.backends.append(Backend(id: "one-1", port: one.port, revision: "one", state: .draining))
        })
      let drain = Task { try await bench.balancer.waitUntilDrained(["one-1"], deadline: Date() + 60) }
      #expect(try await RawClient(bench.port()).get("/").body == "two-1")
      one.release()
      #expect(try await client.answer().body == "held by one-1")
      #expect(try await drain.value == .drained)
      #expect(try await client.get("/").body == "two-1")
      #expect(try await bench.balancer.status().failed == 0)
    }
  }

  @Test(arguments: Subject.all) func whatIsNotDrainedByTheDeadlineIsCutOff(_ subject: Subject) async throws {
    let one = try await TestService("one-1")
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(Bench.table(cold: [one]))
      let client = try await RawClient(bench.port())
      _ = try await client.get("/upgrade", "Connection: Upgrade\r\nUpgrade: echo\r\n")
      #expect(try await client.read(7) == "welcome")
      try await bench.balancer.apply(Bench.table(2))
      #expect(try await bench.balancer.waitUntilDrained(["one-1"], deadline: Date()) == .cutOff(1))
      #expect(await client.readToEnd() == "")
    }
  }

  @Test(arguments: Subject.all) func productionFallsBackToHotAndComesBack(_ subject: Subject) async throws {
    let cold = try await TestService("cold-1"), hot = try await TestService("hot-1")
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(Bench.table(cold: [cold], hot: [hot]))
      let client = try await RawClient(bench.port())
      #expect(try await client.get("/").body == "cold-1")
      cold.setHealthy(false)
      var status = try await bench.until { $0.listeners[0].serving?.tier == "hot" }
      #expect(status.switches.recent.last?.reason == .unhealthy)
      #expect(try await client.get("/").body == "hot-1")
      cold.setHealthy(true)
      status = try await bench.until { $0.listeners[0].serving?.tier == "cold" }
      #expect(status.switches.recent.last?.reason == .recovered)
      #expect(try await client.get("/").body == "cold-1")
      #expect(status.switches.recent.map(\.number) == Array(1...status.switches.count))
      let traffic = status.traffic.filter { $0.trafficClass == .production && $0.requests > 0 }
      #expect(Set(traffic.map(\.tier)) == ["cold", "hot"])
    }
  }

  @Test(arguments: Subject.all) func aTierNeedsAsManyHealthyAsItSays(_ subject: Subject) async throws {
    let one = try await TestService("cold-1"), two = try await TestService("cold-2")
    let hot = try await TestService("hot-1")
    guard subject.capabilities.contains(.holds) else { return }
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(
        Bench.table(cold: [one, two], hot: [hot]) { $0.routes[0].tiers[0].minimumHealthy = 2 })
      #expect(try await bench.balancer.status().listeners[0].serving?.tier == "cold")
      two.setHealthy(false)
      try await bench.until { $0.listeners[0].serving?.tier == "hot" }
      hot.setHealthy(false)
      let status = try await bench.until { $0.listeners[0].serving?.tier == "cold" }
      #expect(status.listeners[0].serving?.backends == ["cold-1"], "some are better than none")
    }
  }

  @Test(arguments: Subject.all) func aReturnWaitsForTheHoldTime(_ subject: Subject) async throws {
    guard subject.capabilities.contains(.holds) else { return }
    let cold = try await TestService("cold-1"), hot = try await TestService("hot-1")
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(Bench.table(cold: [cold], hot: [hot]) { $0.routes[0].hold = .seconds(3600) })
      cold.setHealthy(false)
      try await bench.until { $0.listeners[0].serving?.tier == "hot" }
      cold.setHealthy(true)
      try await bench.until { $0.backends[0].health == .healthy }
      #expect(try await bench.balancer.status().listeners[0].serving?.tier == "hot")
      hot.setHealthy(false)
      try await bench.until { $0.listeners[0].serving?.tier == "cold" }
    }
  }

  @Test(arguments: Subject.all) func aStandInMayTakeOnlyWhatChangesNothing(_ subject: Subject) async throws {
    guard subject.capabilities.contains(.acceptsSafeOnly) else { return }
    let cold = try await TestService("cold-1"), hot = try await TestService("hot-1")
    cold.setHealthy(false)
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(Bench.table(cold: [cold], hot: [hot]) { $0.routes[0].tiers[1].accepts = .safe })
      let client = try await RawClient(bench.port())
      #expect(try await client.get("/").body == "hot-1")
      let post = try await client.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok")
      #expect(post.status == 503 && post.field("Retry-After") != nil)
      #expect(hot.requests.allSatisfy { $0.method == "GET" })
    }
  }

  @Test(arguments: Subject.all) func aStandByIsCheckedBeforeItIsRoutedTo(_ subject: Subject) async throws {
    let one = try await TestService("one-1"), two = try await TestService("two-1")
    two.setHealthy(false)
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(
        Bench.table(cold: [one, two]) { $0.routes[0].tiers[0].backends = ["one-1"] })
      let status = try await bench.balancer.status()
      #expect(status.backends[1].health == .unhealthy && status.backends[1].tier == nil)
      two.setHealthy(true)
      try await bench.until { $0.backends[1].health == .healthy }
      for _ in 0..<4 { #expect(try await RawClient(bench.port()).get("/").body == "one-1") }
    }
  }

  @Test(arguments: Subject.all) func healthMayBeKnownFromElsewhere(_ subject: Subject) async throws {
    let one = try await TestService("cold-1"), two = try await TestService("cold-2")
    try await Bench.with(subject) { bench in
      for (version, healthy) in [(1, "cold-1"), (2, "cold-2")] {
        try await bench.balancer.apply(
          Bench.table(version, cold: [one, two]) { table in
            for index in table.backends.indices {
              table.backends[index].check = HealthCheck(.known(isHealthy: table.backends[index].id == healthy))
            }
          })
        for _ in 0..<4 { #expect(try await RawClient(bench.port()).get("/").body == healthy) }
      }
    }
  }

  @Test(arguments: Subject.all) func stoppingLetsRequestsEnd(_ subject: Subject) async throws {
    let service = try await TestService("cold-1")
    let balancer = try await subject.make()
    try await balancer.apply(Bench.table(cold: [service]))
    let bench = Bench(balancer: balancer, capabilities: subject.capabilities)
    let client = try await RawClient(bench.port()), idle = try await RawClient(bench.port())
    #expect(try await idle.get("/").body == "cold-1")
    try await client.send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n")
    try await service.receives(2)
    let stop = Task { try await balancer.stop() }
    #expect(await idle.readToEnd() == "", "a connection that nobody uses is closed")
    service.release()
    let answer = try await client.answer()
    #expect(answer.body == "held by cold-1" && answer.field("Connection") == "close")
    try await stop.value
    await #expect(throws: BalancerError.self) { try await balancer.status() }
  }

  @Test(arguments: Subject.all) func movesUnderLoadLoseNothing(_ subject: Subject) async throws {
    let one = try await TestService("one-1"), two = try await TestService("two-1")
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(Bench.table(cold: [one]))
      let port = try await bench.port()
      let failed = try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<6 {
          group.addTask {
            var failed = 0
            let client = try await RawClient(port)
            for request in 0..<100 {
              let isPost = (number + request) % 2 == 0
              let answer =
                isPost
                ? try await client.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok")
                : try await client.get("/")
              if answer.status != 200 { failed += 1 }
            }
            return failed
          }
        }
        group.addTask {
          for version in 2..<32 {
            let to = version % 2 == 0 ? two : one, from = version % 2 == 0 ? one : two
            try await bench.balancer.apply(Bench.table(version, cold: [to]))
            guard try await bench.balancer.waitUntilDrained([from.name], deadline: Date() + 60) == .drained else {
              return 1
            }
          }
          return 0
        }
        return try await group.reduce(0, +)
      }
      #expect(failed == 0)
      let status = try await bench.balancer.status()
      #expect(status.failed == 0 && status.requests == 600)
      #expect(one.requests.count + two.requests.count == 600)
    }
  }
}
