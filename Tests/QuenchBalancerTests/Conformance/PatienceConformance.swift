import Foundation
import QuenchBalancer
import Testing

/// That slow clients and slow services are waited for.
@Suite struct PatienceConformance {
  /// How an answer's end is told.
  enum Ending: String, CaseIterable {
    case keptConnection, closedConnection, untilClose, tunnel

    var request: String {
      switch self {
      case .keptConnection: "GET /big-close?bytes=\(PatienceConformance.size) HTTP/1.1\r\nHost: a\r\n\r\n"
      case .closedConnection:
        "GET /big-close?bytes=\(PatienceConformance.size) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
      case .untilClose, .tunnel: "GET /big-until-close?bytes=\(PatienceConformance.size) HTTP/1.1\r\nHost: a\r\n\r\n"
      }
    }
  }

  private static let size = 8_000_000

  /// When the service is done, the balancer holds the end of an answer for as long as the client goes on reading.
  @Test(arguments: Subject.all, Ending.allCases) func aClientThatPausesGetsTheEndOfItsAnswer(
    _ subject: Subject, _ ending: Ending
  ) async throws {
    let service = try await TestService("cold-1")
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(
        Bench.table(cold: [service]) { table in
          table.timeouts.keepAliveIdle = .milliseconds(2500)
          if ending == .tunnel { table.listeners[0].transport = .tcp }
          table.routes[1].tiers[0].backends = ["cold-1"]
        })
      let client = try await RawClient(bench.port(), isSlow: true)
      try await client.send(ending.request)
      if ending == .tunnel { try await client.finishSending() }
      _ = try await client.read(through: "\r\n\r\n")
      var count = 0
      repeat {
        count += try await client.read(16384).utf8.count
      } while try await bench.balancer.status().backends[0].inFlight > 0
      // Somebody else's connection is closed because it is not used: so long it takes at least.
      let other = try await RawClient(bench.port("test"))
      #expect(try await other.get("/").body == "cold-1")
      #expect(await other.readToEnd() == "")
      if ending == .keptConnection {
        count += try await client.read(Self.size - count).utf8.count
      } else {
        count += await client.countToEnd()
      }
      #expect(count == Self.size)
    }
  }

  /// What takes long may be meant to: a report, an event stream.
  @Test(arguments: Subject.all.filter { $0.capabilities.contains(.sparesWhatIsLate) }, ["/hold", "/stream"])
  func anInstanceThatIsSlowIsNotTakenOut(
    _ subject: Subject, _ path: String
  ) async throws {
    let one = try await TestService("cold-1"), two = try await TestService("cold-2")
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(
        Bench.table(cold: [one, two]) {
          $0.ejection = PassiveEjection(failures: 2, duration: .seconds(60))
          if path == "/hold" { $0.timeouts.answer = .milliseconds(100) }
          $0.timeouts.bodyIdle = .milliseconds(100)
        })
      for _ in 0..<8 {
        let client = try await RawClient(bench.port())
        try await client.send("GET \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        #expect(await client.readToEnd().contains(path == "/hold" ? " 504 " : "data: 1"))
      }
      try await bench.until { $0.failed == 8 }
      let status = try await bench.balancer.status()
      #expect(status.backends.allSatisfy { $0.health == .healthy })
      #expect(status.switches.count == 1, "none since the table came")
    }
  }

  /// `printf … | nc -N`: all is said before anybody is there to hear it.
  @Test(arguments: Subject.all) func aClientMayBeDoneBeforeTheServiceIsReached(_ subject: Subject) async throws {
    let service = try await TestService("cold-1", backlog: 0)
    let first = try await RawClient(service.port)
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(
        Bench.table(cold: [service]) { table in
          table.listeners[0].transport = .tcp
          table.backends[0].check.probe = .known(isHealthy: true)
          table.timeouts.connect = .seconds(20)
        })
      let client = try await RawClient(bench.port())
      try await client.send("tunnel:early")
      try await client.finishSending()
      try await service.accept()
      #expect(await client.readToEnd() == "cold-1:tunnel:earlybye")
    }
    await first.close()
  }
}
