import Foundation
import Hummingbird
import Logging
import QuenchBalancer
import QuenchLedger
import QuenchManagers
import QuenchState

/// The control API of one `quench serve`, at a Unix socket that only this user can open, for those who show its token.
///
/// `openapi.yaml` describes it.
public struct ControlServer: Sendable {
  let production: Production
  let balancer: any Balancer
  let isReady: @Sendable () -> Bool
  let token: ControlToken
  let supplies: (any PromotionSupplies)?
  let takeDown: @Sendable () async throws -> Int

  /// Makes a server.
  ///
  /// - Parameters:
  ///   - production: what it controls.
  ///   - balancer: what carries the traffic.
  ///   - token: what whoever asks has to show.
  ///   - supplies: takes what promotions from afar bring with them; nil where none are.
  ///   - isReady: whether what is promoted was served since this process began.
  ///   - takeDown: drains and stops everything, this process last; answers how many instances that were.
  public init(
    production: Production, balancer: any Balancer, token: ControlToken, supplies: (any PromotionSupplies)? = nil,
    isReady: @escaping @Sendable () -> Bool,
    takeDown: @escaping @Sendable () async throws -> Int
  ) {
    self.token = token
    self.production = production
    self.balancer = balancer
    self.isReady = isReady
    self.supplies = supplies
    self.takeDown = takeDown
  }

  /// The most bytes that a request may have.
  static let largestRequest = 64 * 1024

  /// The server as something to run: it listens until it is shut down.
  ///
  /// - Parameter onListening: told when connections are accepted.
  public func application(
    at address: BindAddress, logger: Logger, onListening: @escaping @Sendable () async -> Void = {}
  ) -> some ApplicationProtocol {
    Application(
      router: router(), configuration: ApplicationConfiguration(address: address, serverName: nil),
      onServerRunning: { _ in await onListening() }, logger: logger)
  }

  /// Every route of the API.
  func router() -> Router<BasicRequestContext> {
    let router = Router()
    router.add(middleware: FailureAnswers())
    router.add(middleware: TokenCheck(token: token))
    for route in ControlRoute.allCases {
      router.on(RouterPath(route.path), method: route.method) { request, context in
        try await answer(route, to: request, context.parameters)
      }
    }
    return router
  }

  /// Does what is asked for.
  ///
  /// - Parameters:
  ///   - caller: who asks, where that is not for the request to say.
  ///   - admit: makes sure that whoever asks may do what the request turns out to ask for besides.
  func answer(
    _ route: ControlRoute, to request: Request, _ parameters: Parameters, by caller: String? = nil,
    admit: (AccessScope) async throws -> Void = { _ in }
  ) async throws -> Response {
    switch route {
    case .status:
      // A balancer that does not answer is a part of how everything is.
      return try Self.answer(try await production.status(balancer: try? await balancer.status(), isReady: isReady()))
    case .promote:
      var order = try await Self.order(PromotionOrder.self, in: request)
      try order.check()
      if order.override != nil { try await admit(.override) }
      order.actor = caller ?? order.actor
      if caller != nil { try await supplies?.fetch(order.revision) }
      return follow { [order] in try await production.runner.promote(PromotionRequest(order), onRequest: $0) }
    case .rollback:
      var order = try await Self.order(RollbackOrder.self, in: request)
      try order.check()
      // To go where production never was is a promotion by another name.
      if case .neverLive = try await production.runner.target(of: RollbackRequest(order)) { try await admit(.promote) }
      order.actor = caller ?? order.actor
      return follow { [order] in try await production.runner.rollback(RollbackRequest(order), onRequest: $0) }
    case .abort:
      var order = try await Self.order(AbortOrder.self, in: request)
      if await production.runner.kind(of: order.promotion) == .rollback { try await admit(.rollback) }
      order.actor = caller ?? order.actor
      return follow { [order] onFound in
        try await production.runner.abort(
          order.promotion, reason: "\(order.reason), by \(order.actor)", onFound: onFound)
      }
    case .freeze:
      let order = try await Self.order(ReasonedOrder.self, in: request)
      try order.reason.checkIsSaid("a freeze")
      return try Self.answer(try await production.freeze(actor: caller ?? order.actor, reason: order.reason))
    case .unfreeze:
      let order = try await Self.order(ReasonedOrder.self, in: request)
      return try Self.answer(FreezeEnding(ended: try await production.unfreeze(actor: caller ?? order.actor)))
    case .startCold:
      return stream {
        InstanceCount(instances: try await production.runner.exclusively { try await production.cold.start() })
      }
    case .stopCold:
      let order = try await Self.order(StopOrder.self, in: request)
      await production.cold.note(LedgerEvent("asked", subject: order.actor, detail: ["path": .text(route.path)]))
      return stream {
        InstanceCount(
          instances: try await production.runner.exclusively {
            try await production.cold.stop(deadline: order.deadline)
          })
      }
    case .refreshRoutes:
      let order = try await Self.order(ReasonedOrder.self, in: request)
      try await production.cold.publish(reason: order.reason)
      return Response(status: .noContent)
    case .down:
      // What it ends is this very server, which has to say so first.
      return stream(outlivesShutdown: true) { InstanceCount(instances: try await takeDown()) }
    case .evidence, .artifact, .upload: return try await answerSupply(route, to: request, parameters)
    case .metrics: return Self.text(try await metrics(), type: "text/plain; version=0.0.4; charset=utf-8")
    case .description:
      return Self.text(String(decoding: PackageResources.openapi_yaml, as: UTF8.self), type: "application/yaml")
    }
  }

  /// A server for those who only read metrics, to be reached over the network.
  public func metricsApplication(at address: BindAddress, logger: Logger) -> some ApplicationProtocol {
    let router = Router()
    router.get("/metrics") { _, _ in
      Self.text(try await metrics(), type: "text/plain; version=0.0.4; charset=utf-8")
    }
    return Application(
      router: router, configuration: ApplicationConfiguration(address: address, serverName: nil), logger: logger)
  }

  static func answer(_ value: some Encodable) throws -> Response {
    Response(
      status: .ok, headers: [.contentType: "application/json"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: try ControlCoding.encode(value))))
  }

  private static func text(_ text: String, type: String) -> Response {
    Response(status: .ok, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }

  private static func order<Order: Decodable>(_ type: Order.Type, in request: Request) async throws -> Order {
    let body = try await request.body.collect(upTo: largestRequest)
    do {
      return try ControlCoding.decode(type, from: Data(body.readableBytesView))
    } catch {
      throw ControlError(
        .requestInvalid, "the control plane does not understand the request",
        remedy: "use the version of quench that serves", cause: error)
    }
  }
}

/// Answers every error as JSON, so that the command that asked can tell it as its own.
struct FailureAnswers<Context: RequestContext>: RouterMiddleware {
  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let error as HTTPError {
      throw error
    } catch {
      var response = try ControlServer.answer(ControlFailure(error))
      response.status =
        switch (error as? ControlError)?.code {
        case .unauthorized: .unauthorized
        case .forbidden: .forbidden
        default: .unprocessableContent
        }
      return response
    }
  }
}
