import Foundation
import QuenchBalancer
import QuenchLedger

/// Writes the balancer's switches, how its backends' health changes, and what becomes of renewed certificates into the
/// ledger as they happen.
public struct SwitchRecorder: Sendable {
  private let balancer: any Balancer
  private let ledger: Ledger
  private let service: String

  /// Makes a recorder of what a service's balancer does.
  public init(balancer: any Balancer, ledger: Ledger, service: String) {
    self.balancer = balancer
    self.ledger = ledger
    self.service = service
  }

  /// Records until the task is cancelled, beginning with the switches that were made while nobody recorded; a balancer
  /// that does not answer is asked again.
  public func run() async {
    var known: BalancerStatus?, last: Date?
    while !Task.isCancelled {
      do {
        if last == nil { last = try await ledger.lastEvent("switched", of: service)?.time ?? .distantPast }
        let next = try await balancer.statusChange(after: known?.change ?? 0)
        for event in Self.events(from: known, to: next, toldUntil: last ?? .distantPast) {
          try? await ledger.append(event, of: service)
        }
        last = next.switches.recent.last?.at ?? last
        known = next
      } catch {
        try? await Task.sleep(for: .milliseconds(500))
      }
    }
  }

  /// What happened between two statuses; of the first one only the switches, as the rest was told before.
  ///
  /// - Parameter last: when the last switch that was told was made; processes number theirs each from the beginning.
  static func events(
    from old: BalancerStatus?, to new: BalancerStatus, toldUntil last: Date
  ) -> [LedgerEvent] {
    // The ledger knows a time to the nearest millisecond.
    let switches = new.switches.recent.filter { $0.at.timeIntervalSince(last) > 0.0005 }.map { change in
      // Within a tier and a revision it is the instances that differ.
      let isWithin = change.from?.text == change.to?.text
      return LedgerEvent(
        "switched", subject: change.trafficClass.rawValue,
        detail: [
          "from": .text(change.from?.text(naming: isWithin) ?? "nobody"),
          "to": .text(change.to?.text(naming: isWithin) ?? "nobody"),
          "reason": .text(change.reason.rawValue), "detail": .text(change.detail),
        ], time: change.at)
    }
    guard let old else { return switches }
    let before = Dictionary(old.backends.map { ($0.id, $0.health) }) { first, _ in first }
    // One that serves nobody, and was not there before, tells nothing by being well.
    let changed = new.backends.filter { backend in
      backend.health != .unknown && before[backend.id] != backend.health
        && (backend.tier != nil || before[backend.id] != nil && before[backend.id] != .unknown)
    }
    let healths = changed.map { backend in
      LedgerEvent(
        backend.health.rawValue, subject: backend.id,
        detail: ["tier": EventDetail.text(backend.tier ?? "none"), "revision": .text(backend.revision)]
          .merging(backend.detail.map { ["reason": .text($0)] } ?? [:]) { $1 }, time: backend.since)
    }
    return (healths + switches + certificates(from: old, to: new)).sorted { $0.time < $1.time }
  }

  /// That a listener has another certificate, or was to have one.
  private static func certificates(from old: BalancerStatus, to new: BalancerStatus) -> [LedgerEvent] {
    let before = Dictionary(old.listeners.map { ($0.id, $0.tls) }) { first, _ in first }
    return new.listeners.compactMap { listener in
      guard let tls = listener.tls else { return nil }
      let known = before[listener.id] ?? nil
      if let reason = tls.refusal {
        guard reason != known?.refusal else { return nil }
        return LedgerEvent("certificate-refused", subject: listener.id, detail: ["reason": .text(reason)])
      }
      guard known?.serial != tls.serial || known?.refusal != nil else { return nil }
      return LedgerEvent(
        "certificate-loaded", subject: listener.id,
        detail: ["serial": .text(tls.serial), "expires": .text(tls.expires.formatted(.iso8601))])
    }
  }
}

extension Serving {
  /// The tier with the revisions that it runs, in one word: `cold@2dd0b55`.
  fileprivate var text: String {
    let short = revisions.map { String($0.prefix(7)) }.joined(separator: "+")
    return short.isEmpty ? tier : "\(tier)@\(short)"
  }

  /// The text, with the instances when they are to be named.
  fileprivate func text(naming names: Bool) -> String {
    names ? "\(text):\(backends.joined(separator: "+"))" : text
  }
}
