import SystemPackage
import Testing

/// Several services of one repository, each with a `quench.yml` and a hot set of its own.
struct ServiceSetsTests {
  /// Commits the files of two services that differ in their names and greetings.
  private func begin(in world: World) async throws {
    for name in ["bonjour", "hallo"] {
      world.atEnd { try await world.quench("hot", "stop", "--remove", "--config", "\(name).yml") }
      let configuration = GreeterConfiguration(
        build: "mkdir -p build && sed s/Hello/\(name)/ greeter.py > build/greeter && chmod +x build/greeter",
        suites: [("check", "curl --silent --request POST $QUENCH_BASE_URL/greetings/Ida | grep -q \(name)")])
      try world.write("\(name).yml", configuration.text.replacing("name: greeter", with: "name: \(name)"))
    }
    try await world.commit("Two services")
  }

  @Test(.world("greeter"))
  func oneServicesSetIsNoneOfTheOthersBusiness() async throws {
    let world = try World.current
    try await begin(in: world)
    let none = try await world.quench("hot", "status", "--config", "hallo.yml")
    #expect(none.status == 3, "\(none)")
    let first = try await world.ask("hot", "deploy", "--config", "bonjour.yml")
    #expect(first.status == 0, "\(first.outcome)")
    let unaware = try await world.ask("verify", "--config", "hallo.yml")
    #expect(unaware.status == 0 && unaware.json["rolled_back_to"] == .null, "\(unaware.outcome)")
    let second = try await world.ask("hot", "deploy", "--config", "hallo.yml")
    #expect(second.status == 0 && second.json["retained"].array.isEmpty, "\(second.outcome)")
    let back = try await world.quench("hot", "rollback", "--config", "hallo.yml")
    #expect(back.status != 0 && back.stderr.contains("is retained"), "\(back)")

    for (name, answer) in [("bonjour", first), ("hallo", second)] {
      let verified = try await world.ask("verify", "--config", "\(name).yml")
      #expect(verified.status == 0, "\(verified.outcome)")
      #expect(verified.json["rolled_back_to"] == answer.json["revision"])
      let status = try await world.ask("hot", "status", "--config", "\(name).yml")
      #expect(status.json["instances"].array.map(\.["id"]) == answer.json["instances"].array.map(\.["id"]))
    }
    try #require(try await world.quench("hot", "stop", "--remove", "--config", "hallo.yml").status == 0)
    #expect(try await world.quench("hot", "status", "--config", "bonjour.yml").status == 0, "that one stays")
  }
}
