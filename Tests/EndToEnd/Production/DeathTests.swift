import Foundation
import Testing

/// Processes of production are killed while it is used.
struct DeathTests {
  @Test(.world("turncoat"))
  func eachInstanceIsReplacedAndNoRequestLost() async throws {
    let production = try await Production.begin(revisions: 1)
    let served = try await production.serving { _ in
      try await production.promote(production.first)
      let tally = try await Load.on(port: production.port, methods: ["GET"]) { load in
        let victims = try await production.instances()
        #expect(victims.count == 2)
        for victim in victims {
          let pid = pid_t(try #require(victim["pid"].number))
          kill(pid, SIGKILL)
          try await production.coldSetHeals(without: [pid])
          _ = try await load.answers(20)
        }
      }
      #expect(tally.failures.isEmpty, "\(tally)")
      #expect(Set(tally.revisions.keys) == [production.first])
    }
    #expect(served.stdout.contains("unhealthy") || served.stdout.contains("ended"), "\(served)")
  }

  @Test(.world("turncoat"))
  func hotSetStandsInWhenTheWholeColdSetIsKilled() async throws {
    let production = try await Production.begin(revisions: 1)
    let served = try await production.serving { _ in
      try await production.promote(production.first)
      let tally = try await Load.on(port: production.port, methods: ["GET"]) { load in
        let victims = Set(try await production.instances().compactMap(\.["pid"].number).map { pid_t($0) })
        for victim in victims { kill(victim, SIGKILL) }
        try await production.coldSetHeals(without: victims)
        _ = try await load.answers(20)
      }
      #expect(tally.failures.isEmpty, "\(tally)")
    }
    let switches = served.stdout.split(separator: "\n").filter { $0.contains("switched production") }
    #expect(switches.contains { $0.contains("to=hot") && $0.contains("reason=") }, "\(served)")
  }

  @Test(.world("turncoat"))
  func balancerComesBackOnItsPorts() async throws {
    let production = try await Production.begin(revisions: 1)
    try await production.serving { _ in
      try await production.promote(production.first)
      let instances = try await production.instances().compactMap(\.["pid"].number)
      let balancers = ProcessTable.entries(ofWorld: production.world.root).filter {
        ($0.command.contains("quench balancer") || $0.command.contains("haproxy"))
          && !$0.command.contains("quench launch")
      }
      #expect(!balancers.isEmpty)
      for balancer in balancers { kill(balancer.pid, SIGKILL) }
      let back = try await comesTrue(within: .seconds(10)) {
        (try? production.request())?.revision == production.first
      }
      #expect(back, "production answers again on the same port")
      #expect(try await production.instances().compactMap(\.["pid"].number) == instances)
      _ = try await production.status()
      #expect(try production.request(port: production.configuration.test).revision == production.first)
    }
  }

  @Test(.world("turncoat"))
  func stoppedColdSetIsStoodInForByTheHotOne() async throws {
    let production = try await Production.begin(revisions: 1)
    let world = production.world
    try await production.serving { _ in
      try await production.promote(production.first)
      let tally = try await Load.on(port: production.port) { load in
        let stop = try await world.quench("cold", "stop")
        #expect(stop.status == 0, "\(stop)")
        #expect(try await production.instances().allSatisfy { $0["state"].string == "stopped" })
        #expect(try await load.answers(20).failures.isEmpty)
        let start = try await world.quench("cold", "start")
        #expect(start.status == 0, "\(start)")
        #expect(try await production.instances().count == 2)
        _ = try await load.answers(20)
      }
      #expect(tally.failures.isEmpty, "\(tally)")
    }
  }
}
