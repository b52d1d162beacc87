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

  private func told(_ old: BalancerStatus?, _ new: BalancerStatus) -> [LedgerEvent] {
    SwitchRecorder.events(from: old, to: new, toldUntil: old?.switches.recent.last?.at ?? .distantPast)
  }

  @Test("Of what there was before the first look, only switches are told that nobody has told")
  func first() {
    let now = status(change: 3, health: .healthy, switches: 3)
    #expect(told(nil, now).map(\.kind) == ["switched", "switched", "switched"])
    let last = now.switches.recent[1].at
    #expect(SwitchRecorder.events(from: nil, to: now, toldUntil: last).map(\.time) == [now.switches.recent[2].at])
    // As the ledger wrote it down.
    #expect(SwitchRecorder.events(from: nil, to: now, toldUntil: last - 0.0004).count == 1)
  }

  @Test("A switch is told once, with from, to and reason")
  func switched() {
    let before = status(change: 1, health: .healthy, switches: 1)
    let events = told(before, status(change: 2, health: .unhealthy, switches: 2))
    #expect(events.map(\.kind) == ["unhealthy", "switched"])
    #expect(events.last?.subject == "production")
    #expect(events.last?.detail["from"] == .text("cold@aaaaaaa") && events.last?.detail["to"] == .text("hot@bbbbbbb"))
    #expect(events.last?.detail["reason"] == .text("unhealthy"))
    #expect(told(before, before).isEmpty)
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
      told(old, new).map(\.kind)
    }
    #expect(kinds(status("1"), status("1")).isEmpty)
    #expect(kinds(status("1"), status("2")) == ["certificate-loaded"])
    #expect(kinds(status("1"), status("1", "no key")) == ["certificate-refused"])
    #expect(kinds(status("1", "no key"), status("1", "no key")).isEmpty)
    #expect(kinds(status("1", "no key"), status("1")) == ["certificate-loaded"])
    let event = told(status("1"), status("2")).first
    #expect(event?.subject == "production" && event?.detail["serial"] == .text("2"))
    #expect(event?.detail["expires"] == .text("1970-01-01T00:00:00Z"))
  }

  @Test("The switches of a balancer that was started anew are told, and not again when one goes on counting")
  func restarted() {
    let before = status(change: 9, health: .healthy, switches: 2)
    var record = SwitchRecord()
    record.add(
      TrafficSwitch(
        number: 0, listener: "production", trafficClass: .production, from: nil, to: cold, reason: .table,
        detail: "table 1", at: Date(timeIntervalSince1970: 60)))
    var after = status(pid: 8, change: 1, health: .healthy, switches: 0)
    after.switches = record
    #expect(told(before, after).map(\.kind) == ["switched"])
    #expect(told(before, after).first?.detail["from"] == .text("nobody"))
    #expect(told(before, status(pid: 8, change: 1, health: .healthy, switches: 2)).isEmpty)
  }
}
