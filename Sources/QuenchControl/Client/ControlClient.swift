import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import QuenchLedger
import QuenchManagers
import QuenchState

/// A command's end of the control API.
public struct ControlClient: Sendable {
  private let channel: ControlChannel

  /// A client of the `quench serve` that looks after a service's production in a state folder.
  ///
  /// - Throws: `ControlError` with code `control-socket-unavailable`.
  public init(_ state: StateDirectory, service: String) throws(ControlError) {
    channel = ControlChannel(place: .here(try ControlSocket(state, service: service)), service: service)
  }

  /// A client of a `quench serve` elsewhere.
  ///
  /// - Parameters:
  ///   - url: `https://host:port`.
  ///   - token: what it is asked with; nil where the client's certificate is enough.
  ///   - authorities: the file of the authorities that are trusted; nil for the system's.
  ///   - certificate: the file of the client's own certificate, and `key` of its private key.
  /// - Throws: `ControlError` with code `request-invalid`.
  public init(
    at url: String, service: String, token: String?, authorities: String? = nil, certificate: String? = nil,
    key: String? = nil
  ) throws(ControlError) {
    let place = try RemotePlace(url, token: token, authorities: authorities, certificate: certificate, key: key)
    channel = ControlChannel(place: .afar(place), service: service)
  }

  /// Brings evidence there.
  ///
  /// - Throws: `ControlError`; `RemoteError`.
  public func send(evidence lines: [Data]) async throws -> EvidenceReceipt {
    try await channel.ask(.POST, "/v1/evidence", bytes: Data(lines.joined(separator: Data("\n".utf8))))
  }

  /// How much of an artifact is there.
  ///
  /// - Throws: `ControlError`; `RemoteError`.
  public func artifact(_ digest: String, of revision: String) async throws -> ArtifactProgress {
    try await channel.ask(.GET, "/v1/artifacts/\(digest)?revision=\(revision)")
  }

  /// Brings a piece of an artifact there.
  ///
  /// - Throws: `ControlError`; `RemoteError`.
  public func send(
    _ piece: Data, of digest: String, for revision: String, at offset: Int64, size: Int64
  ) async throws -> ArtifactProgress {
    try await channel.ask(
      .PUT, "/v1/artifacts/\(digest)?revision=\(revision)&offset=\(offset)&size=\(size)", bytes: piece)
  }

  /// How everything is, asked now.
  ///
  /// - Throws: `ControlError`; `RemoteError`.
  public func status() async throws -> StatusDocument { try await channel.ask(.GET, "/v1/status") }

  /// Whether somebody looks after production.
  public var isServing: Bool {
    get async { (try? await status()) != nil }
  }

  /// Promotes, and returns what it came to.
  ///
  /// - Parameter onProgress: told what happens; what it returns says whether to wait any longer.
  /// - Returns: nil when it was not waited for.
  /// - Throws: `ControlError`, with code `serve-ended` when the control plane dies meanwhile; `RemoteError`.
  public func promote(
    _ order: PromotionOrder, onProgress: (PromotionEventDocument) async -> Bool
  ) async throws -> PromotionDocument? {
    try await channel.follow("/v1/promotions", order, onProgress)
  }

  /// Rolls back, and returns what it came to.
  ///
  /// - Throws: as ``promote(_:onProgress:)``.
  public func rollback(
    _ order: RollbackOrder, onProgress: (PromotionEventDocument) async -> Bool
  ) async throws -> PromotionDocument? {
    try await channel.follow("/v1/rollbacks", order, onProgress)
  }

  /// Aborts a promotion, and returns what came of it.
  ///
  /// - Throws: as ``promote(_:onProgress:)``.
  public func abort(
    _ order: AbortOrder, onProgress: (PromotionEventDocument) async -> Bool = { _ in true }
  ) async throws -> PromotionDocument? {
    try await channel.follow("/v1/abort", order, onProgress)
  }

  /// Has nothing promoted from now on.
  ///
  /// - Throws: `ControlError`; `RemoteError`.
  public func freeze(_ order: ReasonedOrder) async throws -> Freeze { try await channel.ask(.PUT, "/v1/freeze", order) }

  /// Ends a freeze.
  ///
  /// - Returns: the freeze that held; nil when none did.
  /// - Throws: `ControlError`; `RemoteError`.
  public func unfreeze(_ order: ReasonedOrder) async throws -> Freeze? {
    let ending: FreezeEnding = try await channel.ask(.DELETE, "/v1/freeze", order)
    return ending.ended
  }

  /// Starts the cold instances that were stopped.
  ///
  /// - Returns: how many it were.
  /// - Throws: `ControlError`; `RemoteError`.
  public func startCold() async throws -> Int {
    let count: InstanceCount? = try await channel.follow("/v1/cold/start")
    return count?.instances ?? 0
  }

  /// Stops the cold instances.
  ///
  /// - Returns: how many it were.
  /// - Throws: `ControlError`; `RemoteError`.
  public func stopCold(_ order: StopOrder) async throws -> Int {
    let count: InstanceCount? = try await channel.follow("/v1/cold/stop", order)
    return count?.instances ?? 0
  }

  /// Has the routes made anew, after the hot set has changed.
  ///
  /// - Throws: `ControlError`; `RemoteError`.
  public func refreshRoutes(_ order: ReasonedOrder) async throws {
    try await channel.tell(.POST, "/v1/routes", order)
  }

  /// Drains and stops everything, the control plane last.
  ///
  /// - Throws: `ControlError`; `RemoteError`.
  public func takeDown() async throws -> Int {
    let count: InstanceCount? = try await channel.follow("/v1/down")
    return count?.instances ?? 0
  }
}
