import Foundation
import Hummingbird
import HummingbirdTLS
import Logging
import NIOCore
import QuenchLedger

/// What of the control API is answered from afar.
extension ControlServer {
  /// The largest note of evidence that is taken at a time, in bytes.
  private static let largestEvidence = 8 << 20
  /// The most that are connected from afar at a time, so that descriptors are left for what production needs.
  private static let mostConnections = 128
  /// The largest piece of an artifact, in bytes.
  static let largestPiece = 8 << 20

  /// A server for those who ask over the network, by TLS and with tokens.
  ///
  /// - Throws: what makes TLS impossible.
  func remoteApplication(at endpoint: RemoteEndpoint, ledger: Ledger, logger: Logger) throws -> some ApplicationProtocol
  {
    let router = Router(context: RemoteContext.self)
    let check = RemoteCheck(
      production: production, ledger: ledger, certified: endpoint.certified, guesses: GuessLimit())
    router.add(middleware: FailureAnswers())
    router.add(middleware: check)
    for route in ControlRoute.allCases {
      guard let scope = route.scope else { continue }
      router.on(RouterPath(route.path), method: route.method) { request, context in
        let caller = try await check.admit(context, to: scope, request)
        return try await answer(route, to: request, context.parameters, by: caller.name) {
          _ = try await check.admit(context, to: $0, request)
        }
      }
    }
    return Application(
      router: router,
      server: try .tls(
        .http1(configuration: .init(idleTimeout: .seconds(60))), tlsConfiguration: endpoint.security),
      configuration: ApplicationConfiguration(
        address: .hostname(endpoint.host, port: endpoint.port), serverName: nil,
        availableConnectionsDelegate: .maximum(Self.mostConnections, logger: logger)), logger: logger)
  }

  /// Takes, or tells of, what a promotion brings with it.
  func answerSupply(_ route: ControlRoute, to request: Request, _ parameters: Parameters) async throws -> Response {
    guard let supplies else {
      throw ControlError(.requestInvalid, "this control plane takes nothing from elsewhere", remedy: "quench serve")
    }
    if route == .evidence {
      let body = try await request.body.collect(upTo: Self.largestEvidence)
      let lines = Data(body.readableBytesView).split(separator: UInt8(ascii: "\n")).map { Data($0) }
      return try Self.answer(try await supplies.take(evidence: lines))
    }
    let query = request.uri.queryParameters
    guard let digest = parameters.get("digest"), let revision = query["revision"].map(String.init) else {
      throw ControlError(.requestInvalid, "an artifact is asked for by its digest, for a revision")
    }
    guard route == .upload else { return try Self.answer(try await supplies.progress(of: digest, for: revision)) }
    guard let offset = query["offset"].flatMap({ Int64($0) }), let size = query["size"].flatMap({ Int64($0) }) else {
      throw ControlError(.requestInvalid, "a piece of an artifact says its offset, and the size of the whole")
    }
    let body = try await request.body.collect(upTo: Self.largestPiece)
    return try Self.answer(
      try await supplies.take(
        Data(body.readableBytesView), of: digest, for: revision, at: offset, size: size))
  }
}
