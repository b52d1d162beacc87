import Foundation

/// What routes requests to sets: told where by whole routing tables, and telling how it goes by its status.
///
/// A balancer runs in a process of its own, which goes on when the process that told it ends; a value of this protocol
/// is the control plane's end of it, and a second one may be made for the same balancer at any time.
public protocol Balancer: Sendable {
  /// The engine's name in `quench.yml`.
  var engine: String { get }

  /// Makes a table the one that counts, as a whole or not at all.
  ///
  /// Backends that the balancer has not seen yet are checked first, so that a table whose instances are healthy never
  /// has a request refused; how long that takes is bounded by the checks' own timeouts. Requests under way end where
  /// they are. A table whose version is the present one's changes nothing when it is the same table.
  ///
  /// - Throws: `BalancerError` with code `table-invalid`, `table-outdated`, `listener-unavailable`,
  ///   `certificate-unreadable`, `unreachable` or `engine-failed`; the table before it then still counts.
  func apply(_ table: RoutingTable) async throws

  /// How it is now.
  ///
  /// - Parameter parts: what is asked for; the rest may be left empty, and where nothing is asked for the
  ///   listeners too, so that who only wants to know whether it answers does not have all counts there ever were carried
  ///   over.
  /// - Throws: `BalancerError` with code `unreachable` or `protocol-unknown`.
  func status(of parts: BalancerStatus.Parts) async throws -> BalancerStatus

  /// Waits until something has changed that matters to who watches: a backend's health, who serves, a switch, the table.
  ///
  /// - Parameter change: the ``BalancerStatus/change`` that is known already.
  /// - Returns: the status then, or the unchanged one after half a minute, so that a dead balancer is noticed. What was
  ///   answered so far (``BalancerStatus/traffic``) may be left out.
  /// - Throws: `BalancerError` with code `unreachable`; `CancellationError`.
  func statusChange(after change: Int) async throws -> BalancerStatus

  /// Waits until no request and no connection of a client is with these backends any more.
  ///
  /// Meant for backends that are draining in the table or no longer in it; to the others new requests go on coming. At
  /// the deadline what is left is cut off.
  ///
  /// - Throws: `BalancerError` with code `unreachable`; `CancellationError`, which leaves the drain as it is.
  func waitUntilDrained(_ backends: [String], deadline: Date) async throws -> DrainOutcome

  /// Stops listening, lets the requests under way end within the table's drain time, and ends the balancer's process.
  ///
  /// Returns when it has ended.
  ///
  /// - Throws: `BalancerError` with code `unreachable` when it cannot be asked.
  func stop() async throws
}

extension Balancer {
  /// How it is now, with all that is known.
  ///
  /// - Throws: `BalancerError` with code `unreachable` or `protocol-unknown`.
  public func status() async throws -> BalancerStatus { try await status(of: .all) }
}

/// How a drain came out.
public enum DrainOutcome: Sendable, Equatable, Codable {
  /// Everything ended by itself.
  case drained
  /// The deadline came first: how many requests and connections were cut off.
  case cutOff(Int)
}
