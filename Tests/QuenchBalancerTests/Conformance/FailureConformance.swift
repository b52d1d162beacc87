import Foundation
import QuenchBalancer
import Testing

/// What clients see when services fail.
@Suite(.serialized) struct FailureConformance {
  /// Answers that are not HTTP, or could be read in two ways.
  static let garbage = ["/garbage", "/both", "/large-head"]

  @Test(arguments: Subject.all, garbage) func anAnswerThatIsNotHTTPIsABadGateway(
    _ subject: Subject, _ path: String
  ) async throws {
    let service = try await TestService("cold-1")
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(Bench.table(cold: [service]))
      let client = try await RawClient(bench.port())
      let answer = try await client.get(path)
      guard subject.capabilities.contains(.traces) || path != "/both" else { return }
      #expect(answer.status == 502)
      let status = try await bench.balancer.status()
      #expect(status.failed == 1 && status.backends[0].failures >= 1)
    }
  }

  @Test(arguments: Subject.all, ["/cut", "/cut-chunks"]) func anAnswerThatStopsIsSeenToBeCut(
    _ subject: Subject, _ path: String
  ) async throws {
    let service = try await TestService("cold-1")
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(Bench.table(cold: [service]))
      let client = try await RawClient(bench.port())
      await #expect(throws: RawClient.Ended.self) { try await client.get(path) }
      try await bench.until { $0.failed == 1 }
    }
  }

  @Test(arguments: Subject.all) func anAnswerThatDoesNotComeIsAGatewayTimeout(_ subject: Subject) async throws {
    let service = try await TestService("cold-1")
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(
        Bench.table(cold: [service]) {
          $0.timeouts.answer = .milliseconds(200)
          // Not all engines tell the two apart.
          $0.timeouts.bodyIdle = .milliseconds(200)
        })
      #expect(try await RawClient(bench.port()).get("/hold").status == 504)
      #expect(service.requests.count <= 1, "it is not asked twice")
    }
  }

  @Test(arguments: Subject.all) func withNobodyThereItSaysWhenToComeBack(_ subject: Subject) async throws {
    let service = try await TestService("cold-1")
    service.setHealthy(false)
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(
        Bench.table(cold: [service]) { $0.routes[0].retryAfter = .seconds(7) })
      let client = try await RawClient(bench.port())
      let answer = try await client.get("/")
      #expect(answer.status == 503 && answer.field("Retry-After") == "7")
      #expect(service.requests.isEmpty)
      let status = try await bench.balancer.status()
      #expect(status.listeners[0].serving == nil && status.backends[0].health == .unhealthy)
      service.setHealthy(true)
      try await bench.until { $0.listeners[0].serving != nil }
      #expect(try await RawClient(bench.port()).get("/").body == "cold-1")
    }
  }

  @Test(arguments: Subject.all) func aRouteMayFailOpen(_ subject: Subject) async throws {
    let service = try await TestService("cold-1")
    service.setHealthy(false)
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(Bench.table(cold: [service]) { $0.routes[0].failMode = .open })
      #expect(try await RawClient(bench.port()).get("/").body == "cold-1")
    }
  }

  @Test(arguments: Subject.all) func killedInstancesCostNoIdempotentRequest(_ subject: Subject) async throws {
    let one = try await TestService("cold-1"), two = try await TestService("cold-2")
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(Bench.table(cold: [one, two]))
      let port = try await bench.port()
      let failed = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<8 {
          group.addTask {
            var failed = 0
            let client = try await RawClient(port)
            for _ in 0..<60 where try await client.get("/").status != 200 { failed += 1 }
            return failed
          }
        }
        group.addTask {
          try await one.receives(20)
          await one.kill()
          return 0
        }
        return try await group.reduce(0, +)
      }
      #expect(failed == 0)
      let status = try await bench.until { $0.backends[0].health == .unhealthy }
      #expect(status.listeners[0].serving?.backends == ["cold-2"])
      #expect(status.failed == 0 && status.switches.count >= 2)
    }
  }

  @Test(arguments: Subject.all) func keptConnectionsThatTheServiceClosesAreNotNoticed(_ subject: Subject) async throws {
    let service = try await TestService("cold-1")
    service.closeConnections(after: 3)
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(Bench.table(cold: [service]))
      let client = try await RawClient(bench.port())
      for number in 0..<60 {
        let isPost = number % 3 == 2
        let answer =
          isPost && subject.capabilities.contains(.traces)
          ? try await client.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok")
          : try await client.get("/")
        #expect(answer.body == "cold-1", "request \(number)")
      }
      #expect(service.requests.filter { $0.method == "POST" }.count <= 20, "nothing is sent twice")
      #expect(try await bench.balancer.status().backends[0].health == .healthy)
    }
  }

  @Test(arguments: Subject.all) func aRequestThatMayHaveTakenEffectIsNeverSentTwice(_ subject: Subject) async throws {
    let one = try await TestService("cold-1"), two = try await TestService("cold-2")
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(Bench.table(cold: [one, two]))
      let client = try await RawClient(bench.port())
      let post = try await client.ask("POST /close HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok")
      #expect(post.status == 502)
      #expect(one.requests.count + two.requests.count == 1)
      let get = try await RawClient(bench.port()).get("/close")
      #expect(get.status == 502)
      #expect(one.requests.count + two.requests.count > 2, "a GET is tried again")
    }
  }

  /// An error is an answer; what the balancer says in a service's place is none of the service's.
  @Test(arguments: Subject.all) func errorsOfTheServiceAreCountedApart(_ subject: Subject) async throws {
    let service = try await TestService("cold-1")
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(Bench.table(cold: [service]))
      for _ in 0..<3 { #expect(try await RawClient(bench.port()).get("/status?code=500").status == 500) }
      #expect(try await RawClient(bench.port()).get("/status?code=503").status == 503)
      for _ in 0..<2 { #expect(try await RawClient(bench.port()).get("/garbage").status == 502) }
      let status = try await bench.until { $0.serverErrors == 4 && $0.failed == 2 }
      #expect(status.requests == 6)
      #expect(status.backends[0].statuses == ["5xx": 4], "what it answered itself")
      #expect(status.backends[0].failures == 2)
    }
  }

  @Test(arguments: Subject.all) func failuresInTrafficEjectABackendButNeverTheLast(_ subject: Subject) async throws {
    guard subject.capabilities.contains(.ejectsForAnswers) else { return }
    let one = try await TestService("cold-1"), two = try await TestService("cold-2")
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(
        Bench.table(cold: [one, two]) {
          $0.ejection = PassiveEjection(failures: 2, duration: .seconds(60))
          for index in $0.backends.indices { $0.backends[index].check.interval = .seconds(3000) }
        })
      for _ in 0..<12 { _ = try await RawClient(bench.port()).get("/garbage") }
      let status = try await bench.until { $0.backends.contains { $0.health == .ejected } }
      #expect(status.backends.filter { $0.health == .ejected }.count == 1)
      #expect(status.switches.recent.last?.reason == .ejected)
      let serving = try #require(status.listeners[0].serving)
      #expect(serving.backends.count == 1)
      for _ in 0..<4 { #expect(try await RawClient(bench.port()).get("/").body == serving.backends[0]) }
    }
  }
}
