import Testing

/// What a promotion does, and how it and the state of production are told to programs.
struct PromotionTests {
  private static let steps = [
    "gated", "fetched", "started", "healthy", "routed", "drained", "retained", "baked", "done",
  ]

  @Test(.world("turncoat"))
  func verifiedRevisionGoesToProduction() async throws {
    let production = try await Production.begin { $0.hot = "{ instances: 2 }" }
    try await production.serving { _ in
      try await production.promote(production.first)
      try production.answers(production.first)
      let promotion = try await production.promote(production.second)
      try production.answers(production.second)
      expectDocument(promotion, of: production)
      expectStatus(try await production.status(), of: production)
    }
  }

  private func expectDocument(_ promotion: JSONValue, of production: Production) {
    #expect(promotion["schema"].string == "quench.promotion/v1")
    let promised: Set = [
      "schema", "id", "from", "to", "digest", "result", "reasons", "steps", "failed_requests", "server_errors",
      "total_requests",
    ]
    #expect(promotion.keys.isSuperset(of: promised), "\(promotion.keys)")
    #expect(promotion["from"].string == production.first)
    #expect(promotion["to"].string == production.second)
    #expect(promotion["result"].string == "PROMOTED")
    #expect(promotion["digest"].string?.contains(/^(sha256:)?[0-9a-f]{64}$/) == true)
    #expect(promotion["steps"].array.map { $0["name"].string } == Self.steps)
    #expect(promotion["steps"].array.allSatisfy { $0["seconds"].number ?? -1 >= 0 && $0["started"].string != nil })
    #expect(promotion["reasons"].array.allSatisfy { $0["ok"].bool == true && $0["rule"].string != nil })
    #expect(promotion["failed_requests"].number == 0 && promotion["server_errors"].number == 0)
    #expect(promotion["total_requests"].number != nil)
  }

  private func expectStatus(_ status: JSONValue, of production: Production) {
    #expect(status["schema"].string == "quench.status/v1")
    #expect(status["mode"].string == "hot-warm")
    #expect(status.keys.contains("promotion") && status["promotion"] == .null)
    for set in ["hot", "cold"] {
      let value = status["sets"][set]
      #expect(value["revision"].string == production.second, "the \(set) set")
      #expect(value["instances"].array.count == 2, "retained ones are not among them: \(value)")
      for instance in value["instances"].array {
        #expect(instance.keys.isSuperset(of: ["id", "state", "health", "revision", "port", "pid", "since"]))
        #expect(instance["health"].string == "healthy")
        #expect(instance["revision"].string == production.second)
      }
    }
    let retained = status["sets"]["cold"]["retained"].array
    #expect(!retained.isEmpty && retained.allSatisfy { $0["revision"].string == production.first }, "\(status)")
    let balancer = status["balancer"]
    #expect(balancer["engine"].string == production.configuration.engine)
    #expect(balancer["listeners"].array.compactMap(\.["class"].string).sorted() == ["production", "test"])
    let address = balancer["listeners"].array.first { $0["class"].string == "production" }?["address"].string
    #expect(address == "127.0.0.1:\(production.port)")
    for key in ["switches", "requests", "failed", "server_errors", "retried"] {
      #expect(balancer[key].number != nil, "\(key)")
    }
    #expect(balancer["failed"].number == 0)
  }

  @Test(.world("turncoat"))
  func coldDeployIsAPromotion() async throws {
    let production = try await Production.begin(revisions: 1)
    try await production.serving { _ in
      let answer = try await production.world.ask("cold", "deploy", "main")
      #expect(answer.status == 0, "\(answer.outcome)")
      #expect(answer.json["result"].string == "PROMOTED")
      try production.answers(production.first)
      let status = try await production.world.quench("cold", "status")
      #expect(status.status == 0 && status.stdout.contains(production.first.prefix(7)), "\(status)")
    }
  }

  @Test(.world("turncoat"))
  func eachEventIsALine() async throws {
    let production = try await Production.begin()
    let served = try await production.serving { _ in
      try await production.promote(production.first)
      try await production.promote(production.second)
      #expect(try await production.world.quench("rollback").status == 0)
    }
    #expect(served.status == 0, "\(served)")
    for event in ["deployed", "healthy", "switched", "promoted", "rolled-back"] {
      #expect(served.stdout.contains(event), "no '\(event)': \(served)")
    }
  }

  @Test(.world("turncoat"))
  func eventsAreJSONIfAsked() async throws {
    let production = try await Production.begin(revisions: 1)
    let served = try await production.serving("--events", "json") { _ in
      try await production.promote(production.first)
    }
    let lines = served.stdout.split(separator: "\n")
    #expect(!lines.isEmpty, "\(served)")
    let events = try lines.map { try JSONValue(document: String($0)) }
    let switches = events.filter { event in event.description(contains: "switched") }
    #expect(!switches.isEmpty, "\(served)")
    #expect(switches.allSatisfy { $0.keys.isSuperset(of: ["from", "to", "reason"]) }, "\(switches)")
  }
}

extension JSONValue {
  /// Whether one of an object's members is this text.
  fileprivate func description(contains text: String) -> Bool {
    keys.contains { self[$0].string == text }
  }
}
