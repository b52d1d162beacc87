import Testing

/// Health by gRPC's own health service.
struct GRPCTests {
  private func verify(health: String, status: String = "serving") async throws -> Outcome {
    let world = try World.current
    try world.replace("grpc: true", by: "grpc: \(health)", in: "quench.yml")
    try world.replace("GRPC_STATUS: serving", by: "GRPC_STATUS: \(status)", in: "quench.yml")
    try world.replace("start-timeout: 10s", by: "start-timeout: \(status == "serving" ? 10 : 2)s", in: "quench.yml")
    try await world.commit("Ask about \(health)")
    return try await world.quench("verify")
  }

  @Test(.world("grpc"), arguments: ["true", "greeter"])
  func servingIsHealthy(service: String) async throws {
    let outcome = try await verify(health: service)
    #expect(outcome.passed, "\(outcome)")
  }

  @Test(.world("grpc"), arguments: ["not-serving", "unknown"])
  func anythingElseIsNot(status: String) async throws {
    let outcome = try await verify(health: "true", status: status)
    #expect(outcome.status == 3 && outcome.text.contains("not SERVING"), "\(outcome)")
  }

  @Test(.world("grpc"))
  func serviceThatTheServerDoesNotKnowIsNotHealthy() async throws {
    let world = try World.current
    try world.replace("start-timeout: 10s", by: "start-timeout: 2s", in: "quench.yml")
    try world.replace("grpc: true", by: "grpc: stranger", in: "quench.yml")
    try await world.commit("Ask about a stranger")
    let outcome = try await world.quench("verify")
    #expect(outcome.status == 3 && outcome.text.contains("grpc-status 5"), "\(outcome)")
  }
}
