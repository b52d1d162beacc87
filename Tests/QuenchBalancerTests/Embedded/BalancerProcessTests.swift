import Foundation
import QuenchBalancer
import QuenchProcesses
import QuenchState
import SystemPackage
import Testing

/// The embedded balancer as the process that it is in production.
@Suite struct BalancerProcessTests {
  @Test func itIsStartedOnceDrivenOverItsSocketAndStopped() async throws {
    try await withState("balancer") { state in
      let launcher = try Launcher.located(), process = BalancerProcess(state: state, service: "orders")
      let service = try await TestService("cold-1")
      let environment = ProcessEnvironment.allowed(temporaryDirectory: state.run)
      let log = state.logs.appending("access.log")
      func ensure() async throws -> Bool {
        try await process.ensureRunning(
          launcher: launcher, environment: environment, eventLoops: 1, accessLog: log)
      }
      #expect(try await ensure() == false)
      #expect(try await ensure() == true)
      let balancer = process.client
      #expect(try await balancer.status().tableVersion == 0)
      try await balancer.apply(Bench.table(cold: [service]))
      let status = try await balancer.status()
      #expect(status.pid != ProcessInfo.processInfo.processIdentifier)
      let client = try await RawClient(status.listeners[0].port)
      #expect(try await client.get("/a?secret=1").body == "cold-1")
      let error = await #expect(throws: BalancerError.self) { try await balancer.apply(Bench.table(0)) }
      #expect(error?.code == .tableInvalid)
      let change = Task { try await balancer.statusChange(after: status.change) }
      try await balancer.apply(Bench.table(2))
      #expect(try await change.value.tableVersion == 2)
      #expect(try await client.get("/").status == 503)
      #expect(try await balancer.waitUntilDrained(["cold-1"], deadline: Date() + 30) == .drained)
      try await balancer.stop()
      #expect(!balancer.isRunning)
      let gone = await #expect(throws: BalancerError.self) { try await balancer.status() }
      #expect(gone?.code == .unreachable)
      let lines = try String(contentsOfFile: log.string, encoding: .utf8).split(separator: "\n")
      #expect(lines.count == 2)
      let line = try #require(
        try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
      #expect(line["path"] as? String == "/a" && line["instance"] as? String == "cold-1")
      #expect(line["class"] as? String == "production" && line["tier"] as? String == "cold")
      #expect(line["status"] as? Int == 200 && line["bytes"] as? Int == 6)
      #expect((line["request_id"] as? String)?.count == 16)
      #expect((line["time"] as? String)?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
    }
  }

  @Test func whoeverDoesNotShowTheTokenIsRefused() async throws {
    try await withState("balancer") { state in
      let process = BalancerProcess(state: state, service: "orders")
      try await process.ensureRunning(
        launcher: Launcher.located(), environment: ProcessEnvironment.allowed(temporaryDirectory: state.run),
        eventLoops: 1, accessLog: nil)
      let token = "\(process.socket).token", put = "\(token).aside"
      try FileManager.default.moveItem(atPath: token, toPath: put)
      let error = await #expect(throws: BalancerError.self) { try await process.client.stop() }
      #expect(error?.code == .unauthorized && error?.remedy != nil)
      try FileManager.default.moveItem(atPath: put, toPath: token)
      #expect(try await process.client.status().engine == "embedded")
      try await process.client.stop()
    }
  }

  /// Whoever started the balancer may die at any moment, and its launcher too; traffic may not.
  @Test func itOutlivesWhoeverStartedIt() async throws {
    try await withState("balancer") { state in
      let service = try await TestService("cold-1"), process = BalancerProcess(state: state, service: "orders")
      try await process.ensureRunning(
        launcher: Launcher.located(), environment: ProcessEnvironment.allowed(temporaryDirectory: state.run),
        eventLoops: 2, accessLog: nil)
      try await process.client.apply(Bench.table(cold: [service]))
      let before = try await process.client.status()
      let client = try await RawClient(before.listeners[0].port)
      try await client.send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n")
      try await service.receives()
      let launched = try LaunchedProcess(adopting: state.run.appending("balancer-orders.json"))
      #expect(launched.launcher.signal(SIGKILL))
      try await Patience.wait(for: "the launcher's end") { !launched.launcher.isRunning }
      service.release()
      #expect(try await client.answer().body == "held by cold-1")
      #expect(try await client.get("/").body == "cold-1")
      let adopted = BalancerProcess(state: state, service: "orders").client
      #expect(try await adopted.status().pid == before.pid)
      try await adopted.stop()
      #expect(!launched.process.isRunning || !adopted.isRunning)
    }
  }

  @Test func aTerminationLetsRequestsEnd() async throws {
    try await withState("balancer") { state in
      let service = try await TestService("cold-1"), process = BalancerProcess(state: state, service: "orders")
      try await process.ensureRunning(
        launcher: Launcher.located(), environment: ProcessEnvironment.allowed(temporaryDirectory: state.run),
        eventLoops: 1, accessLog: nil)
      try await process.client.apply(Bench.table(cold: [service]))
      let client = try await RawClient(process.client.status().listeners[0].port)
      try await client.send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n")
      try await service.receives()
      let launched = try LaunchedProcess(adopting: state.run.appending("balancer-orders.json"))
      launched.process.signal(SIGTERM)
      service.release()
      #expect(try await client.answer().body == "held by cold-1")
      try await launched.waitUntilEnded()
      #expect(launched.ending == .exited(0))
    }
  }

  /// A socket's address holds about a hundred bytes; a state directory may be anywhere.
  @Test func aSocketsPathMayBeLong() async throws {
    let deep = Array(repeating: "a-folder-with-a-long-name", count: 6).joined(separator: "/")
    try await withState(deep) { state in
      let process = BalancerProcess(state: state, service: "orders")
      #expect(process.socket.string.utf8.count > 150)
      try await process.ensureRunning(
        launcher: Launcher.located(), environment: ProcessEnvironment.allowed(temporaryDirectory: state.run),
        eventLoops: 1, accessLog: nil)
      #expect(try await process.client.status().engine == "embedded")
      try await process.client.stop()
    }
  }

  @Test func aSocketThatOthersCouldReachIsRefused() async throws {
    try await withState("open") { state in
      let folder = state.run.appending("open")
      try FileManager.default.createDirectory(
        atPath: folder.string, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
      let error = await #expect(throws: BalancerError.self) {
        try await EmbeddedBalancer.run(socket: folder.appending("control"), accessLog: nil, eventLoops: 1)
      }
      #expect(error?.code == .socketUnavailable)
      #expect(error?.remedy?.contains("chmod 700") == true)
    }
  }
}

/// A state directory for the length of a test; whatever balancer runs in it ends with it.
func withState(_ name: String, _ body: (StateDirectory) async throws -> Void) async throws {
  let root = FilePath(FileManager.default.temporaryDirectory.path).appending("quench-\(UUID().uuidString)")
  defer { try? FileManager.default.removeItem(atPath: root.string) }
  let state = StateDirectory(root: root.pushing(FilePath(name)))
  try FileManager.default.createDirectory(atPath: state.root.string, withIntermediateDirectories: true)
  try state.prepare()
  do {
    try await body(state)
  } catch {
    try? await BalancerProcess(state: state, service: "orders").client.stop()
    throw error
  }
}
