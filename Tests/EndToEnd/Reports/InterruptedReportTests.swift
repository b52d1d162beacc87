import Foundation
import SystemPackage
import Testing

/// What a verification that is cut off leaves for the CI job that cut it off.
struct InterruptedReportTests {
  private func report(_ world: World) -> (junit: FilePath, artifacts: FilePath) {
    (world.root.appending("junit.xml"), world.root.appending("artifacts"))
  }

  private func hangs(_ world: World) async throws {
    let hangs = try await comesTrue(within: .seconds(30)) {
      ProcessTable.entries(ofWorld: world.root).contains { $0.command == "sleep 300" }
    }
    try #require(hangs, "it was never reached")
  }

  @Test(.world("greeter"), arguments: [SIGINT, SIGTERM])
  func suiteThatIsCutOffIsAnError(signal: Int32) async throws {
    let world = try World.current
    let suites = [("fine", "true"), ("endless", "echo waiting; sleep 300")]
    try world.write("quench.yml", GreeterConfiguration(suites: suites, instances: 2).text)
    let (junit, artifacts) = report(world)
    let outcome = try await world.quench(
      "verify", "-v", "--junit", junit.string, "--artifacts", artifacts.string
    ) { running in
      try await running.prints("ended  fine: PASSED")
      try await hangs(world)
      running.send(signal, toGroup: signal == SIGINT)
    }
    #expect(outcome.status == 130, "\(outcome)")
    let xml = try XMLDocumentSummary(contentsOf: junit)
    #expect(xml.count(of: "testsuite") == 2 && xml.count(of: "error") == 1, "\(xml.text)")
    #expect(xml.text.contains("interrupted"), "\(xml.text)")
    let document = try JSONValue(document: world.read(artifacts.appending("verdict.json")))
    #expect(document["result"].string == "ERROR" && document["hindrance"].string == "interruption", "\(document)")
    #expect(document["suites"].named("fine")["result"].string == "PASSED", "\(document)")
    let endless = document["suites"].named("endless")
    #expect(endless["result"].string == "ERROR" && (endless["duration_seconds"].number ?? 0) > 0, "\(endless)")
    let logs = try world.text(below: artifacts)
    for word in ["waiting", "greeter: serving on"] { #expect(logs.contains(word), "\(word): \(logs)") }
    #expect(try await world.ask("history").json["commits"][0]["result"] == .null, "it is no verdict")
  }

  @Test(.world("greeter"))
  func buildThatIsCutOffLeavesItsLog() async throws {
    let world = try World.current
    try world.write("quench.yml", GreeterConfiguration(build: "echo planing the bench; sleep 300").text)
    try await world.commit("Build for long")
    let (junit, artifacts) = report(world)
    let outcome = try await world.quench(
      "verify", "--junit", junit.string, "--artifacts", artifacts.string
    ) { running in
      try await hangs(world)
      running.send(SIGTERM)
    }
    #expect(outcome.status == 130, "\(outcome)")
    #expect(try XMLDocumentSummary(contentsOf: junit).count(of: "error") == 1)
    let logs = try world.files(below: artifacts).filter { $0.hasPrefix("build-") }
    #expect(try logs.contains { try world.read(artifacts.appending($0)).contains("planing the bench") }, "\(logs)")
  }

  @Test(.world("greeter"))
  func rangeThatIsCutOffTellsOfEveryRevision() async throws {
    let world = try World.current
    try world.write("quench.yml", GreeterConfiguration(suites: [("check", "[ ! -e note ] || sleep 300")]).text)
    let first = try await world.commit("Check")
    for note in ["one", "two"] {
      try world.write("note", note)
      try await world.commit("Note \(note)")
    }
    let (junit, _) = report(world)
    let outcome = try await world.quench("verify", "\(first)~1..HEAD", "--junit", junit.string) { running in
      try await hangs(world)
      running.send(SIGTERM)
    }
    #expect(outcome.status == 130, "\(outcome)")
    let xml = try XMLDocumentSummary(contentsOf: junit)
    #expect(xml.count(of: "testsuite") == 3 && xml.count(of: "error") == 3, "\(xml.text)")
    #expect(xml.text.contains("was not verified"), "\(xml.text)")
  }
}
