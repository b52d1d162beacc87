import Foundation
import Subprocess
import SystemPackage
import Testing

/// A world's production: the turncoat, its listeners and its verified revisions.
struct Production: Sendable {
  let world: World
  var configuration: ProductionConfiguration
  /// From the oldest to the newest; each has passed.
  let revisions: [String]

  /// The port of the production listener.
  var port: Int { configuration.production }
  var first: String { revisions[0] }
  var second: String { revisions[1] }

  /// Begins with so many revisions that have passed; everything is taken down at the end of the test.
  static func begin(
    revisions count: Int = 2, faultsOfTheLast faults: [String] = [],
    configure: (inout ProductionConfiguration) -> Void = { _ in }
  ) async throws -> Production {
    let world = try World.current
    var configuration = ProductionConfiguration()
    configure(&configuration)
    let revisions = try await VerifiedRepository.copy(
      of: VerifiedRepository.Recipe(revisions: count, faults: faults, configuration: configuration.textWithoutPorts),
      to: world)
    try world.write("quench.yml", configuration.text)
    world.atEnd { try await world.quench("down") }
    return Production(world: world, configuration: configuration, revisions: revisions)
  }

  /// Runs `quench serve` while the body runs, then ends it by a signal; production is ready when the body begins.
  @discardableResult
  func serving(
    _ arguments: String..., environment: [String: String] = [:], endedBy signal: Int32? = SIGTERM,
    sourceLocation: SourceLocation = #_sourceLocation,
    while body: @escaping @Sendable (RunningCommand) async throws -> Void = { _ in }
  ) async throws -> Outcome {
    var command = world.command(["serve"] + arguments, environment: environment)
    command.deadline = .seconds(300)
    return try await command.run(sourceLocation: sourceLocation) { serve in
      do {
        try await isReady(sourceLocation: sourceLocation)
        try await body(serve)
      } catch {
        serve.send(SIGTERM)
        throw error
      }
      if let signal { serve.send(signal) }
    }
  }

  private func isReady(sourceLocation: SourceLocation) async throws {
    let ready = try await comesTrue(within: .seconds(40)) { try await world.quench("status", "--quiet").status == 0 }
    try #require(ready, "serve was never ready", sourceLocation: sourceLocation)
  }

  /// Moves production to a revision, which has to succeed.
  @discardableResult
  func promote(
    _ revision: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> JSONValue {
    let answer = try await world.ask("promote", revision, sourceLocation: sourceLocation)
    try #require(answer.status == 0, "\(answer.outcome)", sourceLocation: sourceLocation)
    return answer.json
  }

  /// What `quench status` says while somebody serves.
  func status(sourceLocation: SourceLocation = #_sourceLocation) async throws -> JSONValue {
    let answer = try await world.ask("status", sourceLocation: sourceLocation)
    try #require(answer.status == 0, "\(answer.outcome)", sourceLocation: sourceLocation)
    return answer.json
  }

  /// The instances of a set.
  func instances(of set: String = "cold") async throws -> [JSONValue] {
    try await status()["sets"][set]["instances"].array
  }

  /// Waits until the cold set is whole and healthy, without the processes that were killed.
  func coldSetHeals(
    without killed: Set<pid_t> = [], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    var instances: [JSONValue] = []
    let healed = try await comesTrue(within: .seconds(30)) {
      instances = try await self.instances()
      return instances.count == configuration.coldInstances
        && instances.allSatisfy { instance in
          instance["health"].string == "healthy" && !killed.contains { instance["pid"].number == Double($0) }
        }
    }
    #expect(healed, "\(instances)", sourceLocation: sourceLocation)
  }

  /// Waits until the promotion under way has come to a step.
  func reaches(_ step: String) async throws {
    let reached = try await comesTrue(within: .seconds(30)) {
      try await status()["promotion"]["steps"].array.contains { $0["name"].string == step }
    }
    try #require(reached, "\(step) was never reached")
  }

  /// What an instance has printed.
  func log(of id: String) throws -> String {
    try world.read(world.state.appending("instances").appending(id).appending("log"))
  }

  /// Commits one more revision, which nobody has verified; the suite fails on a bad one.
  func addRevision(_ subject: String, bad: Bool = false) async throws -> String {
    if bad { try world.write("bad", "") }
    let service = try world.read(world.repository.appending("turncoat.py"))
    try world.write("turncoat.py", service + "# \(subject).\n", executable: true)
    return try await world.commit(subject)
  }

  /// One request on a connection of its own; through the production listener when no port is named.
  func request(_ method: String = "GET", _ path: String = "/", port: Int? = nil) throws -> HTTPAnswer {
    var connection = KeepAliveConnection(port: port ?? self.port)
    return try connection.request(method, path)
  }

  /// The status of the answer to a request that takes long; by a program, since waiting must not block a thread.
  func slowRequest(milliseconds: Int) async throws -> String {
    let url = "http://127.0.0.1:\(port)/slow/\(milliseconds)"
    let arguments = ["--silent", "--max-time", "20", "--output", "/dev/null", "--write-out", "%{http_code}", url]
    return try await Command(
      executable: .name("curl"), arguments: arguments, environment: world.environment, folder: world.repository
    ).run().stdout
  }

  /// Waits until an instance says that it has the slow request in hand.
  func isInHand(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let inHand = try await comesTrue(within: .seconds(10)) {
      try await instances().compactMap(\.["id"].string).contains { try log(of: $0).contains("in hand") }
    }
    try #require(inHand, "the request never came to an instance", sourceLocation: sourceLocation)
  }

  /// Turns a fault of one instance on, past the balancer.
  func turn(_ instance: JSONValue, to fault: String) throws {
    let answer = try request("POST", "/turn/\(fault)", port: Int(try #require(instance["port"].number)))
    try #require(answer.status == 201)
  }

  /// Production answers with this revision, whichever instance is asked.
  func answers(
    _ revision: String, _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for _ in 0..<4 {
      let answer = try request()
      #expect(answer.status == 200, comment, sourceLocation: sourceLocation)
      #expect(answer.revision == revision, comment, sourceLocation: sourceLocation)
    }
  }
}
