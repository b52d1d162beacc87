import Foundation
import Testing

/// The ports that production listens on.
struct ListenerTests {
  @Test(.world("turncoat"), arguments: ["production", "test"])
  func takenPortIsNamed(listener: String) async throws {
    let world = try World.current
    let configuration = ProductionConfiguration()
    try world.write("quench.yml", configuration.text)
    try await world.commit("Behind a balancer")
    let port = listener == "production" ? configuration.production : configuration.test
    let socket = try #require(LoopbackPort.listen(on: port))
    defer { close(socket) }
    world.atEnd { try await world.quench("down") }
    let served = try await world.quench("serve")
    #expect(served.status == 3, "\(served)")
    #expect(served.stderr.contains("\(port)"), "it says which: \(served)")
    #expect(served.stderr.contains("next:"), "\(served)")
    try await world.expectNothingRunning()
  }

  @Test(.world("turncoat"))
  func takenMetricsPortIsNamed() async throws {
    let production = try await Production.begin(revisions: 1)
    let port = LoopbackPort.free()
    let socket = try #require(LoopbackPort.listen(on: port))
    defer { close(socket) }
    let served = try await production.world.quench("serve", "--metrics", "127.0.0.1:\(port)")
    #expect(served.status == 3, "\(served)")
    #expect(served.stderr.contains("\(port)"), "it says which: \(served)")
  }
}
