import Foundation
import QuenchBalancer
import QuenchLedger
import Testing

@testable import QuenchControl

@Suite("Switches as events")
struct SwitchRecorderTests {
  private let cold = Serving(tier: "cold", backends: ["cold-1"], revisions: [String(repeating: "a", count: 40)])
  private let hot = Serving(tier: "hot", backends: ["hot-1"], revisions: [String(repeating: "b", count: 40)])

  private func status(pid: Int = 7, change: Int, health: BackendStatus.Health, switches: Int) -> BalancerStatus {
    var record = SwitchRecord()
    for number in 0..<switches {
      record.add(
        TrafficSwitch(
          number: 0, listener: "production", trafficClass: .production, from: number == 0 ? nil : cold,
          to: number == 0 ? cold : hot, reason: .unhealthy, detail: "cold-1 refused a connection",
          at: Date(timeIntervalSince1970: Double(number))))
    }
    return BalancerStatus(
      engine: "embedded", pid: pid, since: .distantPast, change: change, tableVersion: 1,
      backends: [
        BackendStatus(
          id: "cold-1", tier: "cold", revision: cold.revisions[0], state: .active, health: health,
          since: Date(timeIntervalSince1970: 0))
      ], switches: record)
  }

  @Test("What there was before the first look is not told again")
  func first() {
    #expect(SwitchRecorder.events(from: nil, to: status(change: 3, health: .healthy, switches: 2)).isEmpty)
  }

  @Test("A switch is told once, with from, to and reason")
  func switched() {
    let before = status(change: 1, health: .healthy, switches: 1)
    let events = SwitchRecorder.events(from: before, to: status(change: 2, health: .unhealthy, switches: 2))
    #expect(events.map(\.kind) == ["unhealthy", "switched"])
    #expect(events.last?.subject == "production")
    #expect(events.last?.detail["from"] == .text("cold aaaaaaa") && events.last?.detail["to"] == .text("hot bbbbbbb"))
    #expect(events.last?.detail["reason"] == .text("unhealthy"))
    #expect(SwitchRecorder.events(from: before, to: before).isEmpty)
  }

  @Test("A renewed certificate is told once, and so is one that cannot be used")
  func certificates() {
    func status(_ serial: String, _ refusal: String? = nil) -> BalancerStatus {
      BalancerStatus(
        engine: "embedded", pid: 7, since: .distantPast, change: 1, tableVersion: 1,
        listeners: [
          ListenerStatus(
            id: "production", trafficClass: .production, host: "::1", port: 443, serving: nil,
            tls: TLSStatus(serial: serial, expires: Date(timeIntervalSince1970: 0), refusal: refusal))
        ])
    }
    func kinds(_ old: BalancerStatus, _ new: BalancerStatus) -> [String] {
      SwitchRecorder.events(from: old, to: new).map(\.kind)
    }
    #expect(kinds(status("1"), status("1")).isEmpty)
    #expect(kinds(status("1"), status("2")) == ["certificate-loaded"])
    #expect(kinds(status("1"), status("1", "no key")) == ["certificate-refused"])
    #expect(kinds(status("1", "no key"), status("1", "no key")).isEmpty)
    #expect(kinds(status("1", "no key"), status("1")) == ["certificate-loaded"])
    let event = SwitchRecorder.events(from: status("1"), to: status("2")).first
    #expect(event?.subject == "production" && event?.detail["serial"] == .text("2"))
    #expect(event?.detail["expires"] == .text("1970-01-01T00:00:00Z"))
  }

  @Test("A balancer that was started anew counts anew")
  func restarted() {
    let before = status(change: 9, health: .healthy, switches: 2)
    let after = SwitchRecorder.events(from: before, to: status(pid: 8, change: 1, health: .healthy, switches: 1))
    #expect(after.map(\.kind) == ["switched"] && after.first?.detail["from"] == .text("nobody"))
  }
}
