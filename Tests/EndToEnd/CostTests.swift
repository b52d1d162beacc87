import Foundation
import SystemPackage
import Testing

/// `quench cost`, which needs neither a repository nor a configuration.
struct CostTests {
  private func ask(_ arguments: String...) async throws -> (outcome: Outcome, json: JSONValue) {
    let world = try World.current
    let outcome = try await world.command(["cost"] + arguments + ["--format", "json"], in: world.temporary).run()
    return (outcome, (try? JSONValue(document: outcome.stdout)) ?? .null)
  }

  @Test(.world("greeter"))
  func modelIsTheDesigns() async throws {
    let (outcome, json) = try await ask(
      "--hot-instances", "2", "--cold-instances", "2", "--hot-share", "0.7", "--cold-share", "0.3", "--test-load",
      "0.5", "--production-load", "0.5", "--requests", "10", "--switch-cost", "3")
    #expect(outcome.status == 0 && json["schema"].string == "quench.cost/v1", "\(outcome)")
    let figures = [
      "load": 1, "switches": 0.5, "switches_total": 1, "cost": 3, "switches_total_expanded": 2.2, "requests_hot": 14,
      "requests_cold": 6,
    ]
    for (name, value) in figures { #expect(abs((json[name].number ?? .nan) - value) < 1e-9, "\(name): \(json)") }
  }

  @Test(.world("greeter"))
  func workedCaseHasFourFigures() async throws {
    let (outcome, json) = try await ask("--worked-case")
    #expect(outcome.status == 0, "\(outcome)")
    let figures = json["worked_case"].array.map { (($0["value"].number ?? .nan) * 100).rounded() / 100 }
    #expect(figures == [3.43, 3.42, 4, 1], "\(json)")
    #expect(json["worked_case"].array.allSatisfy { $0["reason"].string?.isEmpty == false })
  }

  @Test(
    .world("greeter"),
    arguments: [
      (["--hot-instances", "2"], "--worked-case"), (["--worked-case", "--hot-share", "0.5"], "--worked-case"),
      (
        [
          "--hot-instances", "2", "--cold-instances", "2", "--hot-share", "1.5", "--cold-share", "0", "--test-load",
          "0", "--production-load", "1",
        ], "--hot-share has to be from 0 to 1"
      ),
      (
        ["plan", "--rate", "1", "--service-time", "1s", "--mtbf", "1h", "--mttr", "1s", "--availability", "1"],
        "--availability has to be between 0 and 1"
      ),
    ])
  func inputsAreChecked(arguments: [String], words: String) async throws {
    let world = try World.current
    let outcome = try await world.command(["cost"] + arguments, in: world.temporary).run()
    #expect(outcome.status == 64 && outcome.stderr.contains(words), "\(outcome)")
  }

  @Test(.world("greeter"))
  func planIsTheCheapestAndAgreesWithItsSimulation() async throws {
    let world = try World.current
    let plot = world.temporary.appending("plan.svg")
    let (outcome, json) = try await ask(
      "plan", "--rate", "200", "--service-time", "20ms", "--mtbf", "100h", "--mttr", "1m", "--availability", "0.999",
      "--instance-hour", "0.05", "--verify", "--svg", plot.string)
    #expect(outcome.status == 0 && json["schema"].string == "quench.cost-plan/v1", "\(outcome)")
    let choice = json["choice"], simulated = json["simulated"]
    #expect((choice["availability"].number ?? 0) >= 0.999, "\(choice)")
    let cheaper = json["frontier"].array.filter {
      ($0["cost_per_day"].number ?? 0) < (choice["cost_per_day"].number ?? 0)
    }
    #expect(cheaper.allSatisfy { ($0["availability"].number ?? 1) < 0.999 })
    let difference = abs((simulated["unavailability"].number ?? .nan) - (simulated["predicted"].number ?? .nan))
    #expect(difference <= 4 * (simulated["standard_error"].number ?? 0), "\(simulated)")
    let svg = try String(contentsOfFile: plot.string, encoding: .utf8)
    #expect(svg.hasPrefix("<svg ") && svg.contains("chosen: "))
    let none = try await ask(
      "plan", "--rate", "200", "--service-time", "20ms", "--mtbf", "1s", "--mttr", "1s", "--availability", "0.9999999")
    #expect(none.outcome.status == 1 && none.json["choice"] == .null, "\(none.outcome)")
  }
}
