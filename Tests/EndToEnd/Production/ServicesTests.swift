import Foundation
import SystemPackage
import Testing

/// Two services of one repository, each with a `quench.yml` of its own, are served at once from one state folder.
struct ServicesTests {
  private static let names = ["orders", "billing"]

  /// Commits both services' files and verifies them; each notes its name in its data when it is deployed.
  private func begin(in world: World) async throws -> [String: ProductionConfiguration] {
    var configurations: [String: ProductionConfiguration] = [:]
    for name in Self.names {
      var configuration = ProductionConfiguration()
      configuration.service = ["data: data", "prepare: echo \(name) >>$QUENCH_DATA/notes"]
      try world.write("\(name).yml", configuration.text.replacing("name: turncoat", with: "name: \(name)"))
      configurations[name] = configuration
    }
    try await world.commit("Two services")
    for name in Self.names {
      world.atEnd { try await world.quench("down", "--config", "\(name).yml") }
      let verdict = try await world.quench("verify", "--config", "\(name).yml")
      try #require(verdict.status == 0, "\(verdict)")
    }
    return configurations
  }

  /// Runs `quench serve` for a service, and the body when it is ready.
  private func serving(
    _ name: String, in world: World, while body: @escaping @Sendable (RunningCommand) async throws -> Void
  ) async throws -> Outcome {
    try await world.quench("serve", "--config", "\(name).yml") { serve in
      do {
        try await serve.prints("serving \(name):")
        try await body(serve)
      } catch {
        serve.send(SIGTERM)
        throw error
      }
      serve.send(SIGTERM)
    }
  }

  private func instances(of name: String, in world: World) async throws -> [JSONValue] {
    let status = try await world.ask("status", "--config", "\(name).yml")
    try #require(status.status == 0, "\(status.outcome)")
    return status.json["sets"]["cold"]["instances"].array
  }

  @Test(.world("turncoat"))
  func eachHasItsOwnDataInstancesAndEvents() async throws {
    let world = try World.current
    let configurations = try await begin(in: world)
    let served = try await serving("orders", in: world) { orders in
      let other = try await serving("billing", in: world) { billing in
        for name in Self.names {
          let promotion = try await world.quench("promote", "HEAD", "--config", "\(name).yml")
          #expect(promotion.status == 0, "\(promotion)")
          #expect(try await self.instances(of: name, in: world).count == 2)
        }
        for name in Self.names {
          let own = try await self.instances(of: name, in: world).compactMap(\.["id"].string)
          let port = try #require(configurations[name]?.production)
          var connection = KeepAliveConnection(port: port)
          for _ in 0..<6 {
            let instance = try #require(try connection.request("GET", "/").instance)
            #expect(own.contains(instance), "\(name) is answered by \(instance)")
          }
        }
        #expect(try self.notes(in: world) == ["billing\nbilling\n", "orders\norders\n"])
        let down = try await world.quench("down", "--config", "billing.yml")
        #expect(down.status == 0, "\(down)")
        await billing.transcript.ends()
        #expect(try await self.instances(of: "orders", in: world).allSatisfy { $0["health"].string == "healthy" })
      }
      #expect(other.stdout.split(separator: "\n").count { $0.contains(" promoted ") } == 1, "\(other)")
      #expect(await orders.transcript.text(of: .stdout).contains("stopped cold") == false, "that was the other one's")
    }
    #expect(served.stdout.split(separator: "\n").count { $0.contains(" promoted ") } == 1, "\(served)")
    #expect(try notes(in: world).count == 2, "data outlive production")
  }

  /// What the services noted in the data folders there are, sorted.
  private func notes(in world: World) throws -> [String] {
    let data = world.state.appending("data")
    return try FileManager.default.contentsOfDirectory(atPath: data.string)
      .map { data.appending($0).appending("notes") }.filter(world.exists).map(world.read).sorted()
  }
}
