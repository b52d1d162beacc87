import Foundation
import QuenchBalancer
import QuenchConfiguration
import QuenchInstances
import QuenchLedger
import QuenchManagers
import QuenchProcesses
import SystemPackage
import Testing

/// Production behind a real balancer, under load.
@Suite("Traffic")
struct TrafficTests {
  /// Clients on kept-alive connections that ask and post until their standard input ends, and then tell what came.
  private static let clients = """
    import http.client, json, sys, threading
    port, over, lock = int(sys.argv[1]), threading.Event(), threading.Lock()
    answers, failures = {}, []
    def client(number):
        connection, count = http.client.HTTPConnection("127.0.0.1", port, timeout=30), 0
        while not over.is_set():
            count += 1
            method = "POST" if count % 4 == 0 else "GET"
            try:
                connection.request(method, "/", body=b"x" * 100 if method == "POST" else None)
                answer = connection.getresponse()
                text = answer.read().decode()
                with lock:
                    if answer.status == 200: answers[text] = answers.get(text, 0) + 1
                    else: failures.append(f"{method} {answer.status} {text[:80]}")
            except Exception as error:
                with lock: failures.append(f"{method} {error!r}")
                connection.close()
    threads = [threading.Thread(target=client, args=(n,)) for n in range(4)]
    for thread in threads: thread.start()
    print("started", flush=True)
    sys.stdin.read()
    over.set()
    for thread in threads: thread.join()
    print(json.dumps({"answers": answers, "failures": failures[:20], "failed": len(failures)}))
    """

  private struct Outcome: Decodable {
    var answers: [String: Int]
    var failures: [String]
    var failed: Int
  }

  /// Runs clients of a port while `body` runs.
  private func underLoad(port: Int, _ body: () async throws -> Void) async throws -> Outcome {
    let process = Process()
    let (input, output) = (Pipe(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["PATH=/usr/bin:/bin", "python3", "-c", Self.clients, "\(port)"]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    defer { if process.isRunning { process.terminate() } }
    #expect(String(decoding: output.fileHandleForReading.availableData, as: UTF8.self).hasPrefix("started"))
    try await body()
    try input.fileHandleForWriting.close()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    return try JSONDecoder().decode(Outcome.self, from: data)
  }

  private func production(_ rig: ProductionRig, _ balancer: any Balancer) -> Production {
    Production(
      service: "rig", state: rig.state, ledger: rig.ledger, provider: rig.provider,
      publisher: BalancerRoutes(balancer: balancer) { [catalog = rig.catalog] in try await catalog.configuration() },
      catalog: rig.catalog, gate: PolicyGate(ledger: rig.ledger))
  }

  @Test("No request fails while production is moved, its instances are killed and its control plane is exchanged")
  func nothingFails() async throws {
    try await withProduction { rig in
      rig.catalog.configure { configuration in
        configuration.balancer.production = ListenerAddress(host: "127.0.0.1", port: 0)
        configuration.balancer.test = ListenerAddress(host: "127.0.0.1", port: 0)
      }
      let balancer = try await EmbeddedBalancer(eventLoops: 1)
      do {
        try await moves(rig, balancer)
      } catch {
        try? await balancer.stop()
        throw error
      }
      try await balancer.stop()
    }
  }

  private func moves(_ rig: ProductionRig, _ balancer: EmbeddedBalancer) async throws {
    var production = production(rig, balancer)
    try await production.open()
    var supervision = Task { [production] in await production.supervise() }
    defer { supervision.cancel() }
    #expect(try await production.runner.promote(rig.request("plain")).result == .promoted)
    let port = try #require(try await balancer.status().listeners.first { $0.trafficClass == .production }).port
    let moves = try await underLoad(port: port) {
      for round in 0..<10 {
        let record = try await production.runner.promote(rig.request("plain-two"))
        #expect(record.result == .promoted, "\(record.reasons)")
        let back = try await production.runner.rollback(RollbackRequest(actor: "test"))
        #expect(back.result == .promoted, "\(back.reasons)")
        guard round == 5 else { continue }
        // The next control plane finds all as it was.
        supervision.cancel()
        await supervision.value
        production = self.production(rig, balancer)
        try await production.open()
        supervision = Task { [production] in await production.supervise() }
      }
    }
    let kills = try await underLoad(port: port) {
      for instance in try #require(await production.cold.sets.live).instances {
        try LaunchedProcess(adopting: instance.folder.processRecord).process.signal(SIGKILL)
        // The next one is killed when this one was replaced.
        var status = try await balancer.status()
        while status.backends.contains(where: { $0.id == instance.id && $0.state != nil })
          || status.listeners.first(where: { $0.trafficClass == .production })?.serving?.backends.count != 2
        {
          status = try await balancer.statusChange(after: status.change)
        }
      }
    }
    supervision.cancel()
    await supervision.value
    let revisions = Set(try ["plain", "plain-two"].map { try rig.catalog.build($0).revision })
    #expect(moves.failed == 0, "\(moves.failures)")
    #expect(Set(moves.answers.keys) == revisions)
    #expect(moves.answers.values.reduce(0, +) > 100)
    // What was posted to an instance that then ended must not be posted again by anybody but the client.
    #expect(kills.failures.allSatisfy { $0.hasPrefix("POST 502") }, "\(kills.failures)")
    #expect(kills.answers.values.reduce(0, +) > 0)
  }
}
