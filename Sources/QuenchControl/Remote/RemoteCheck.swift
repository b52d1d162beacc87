import Foundation
import Hummingbird
import QuenchLedger
import QuenchManagers

/// Lets nobody ask for anything from afar who shows no good token, or none that is good for it; everything is written down.
struct RemoteCheck: RouterMiddleware {
  let production: Production
  let ledger: Ledger
  /// What whoever has a certificate of the named authority may do without a token.
  let certified: Set<AccessScope>
  let guesses: GuessLimit

  func handle(
    _ request: Request, context: RemoteContext, next: (Request, RemoteContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    do {
      context.caller = try await caller(of: request)
    } catch let error as ControlError where error.code == .unauthorized {
      // Whoever shows a good token is heard, however many do not: it cannot be guessed, and others may share the address.
      guard guesses.miss(context.peer) else {
        throw HTTPError(.tooManyRequests, headers: [.retryAfter: "60"], message: "too many tokens that are not good")
      }
      await note("denied", context, request, ["reason": .text(error.message)])
      throw error
    }
    return try await next(request, context)
  }

  private func caller(of request: Request) async throws -> RemoteCaller {
    guard let words = request.headers[.authorization] else {
      guard certified.isEmpty else { return RemoteCaller(name: RemoteCaller.certified, scopes: certified) }
      throw ControlError(
        .unauthorized, "no token was shown", remedy: "set QUENCH_TOKEN to one of: quench token new NAME --can promote")
    }
    let scheme = "Bearer "
    guard words.hasPrefix(scheme), let key = AccessKey(words.dropFirst(scheme.count)),
      let token = try await ledger.accessToken(key.id), key.matches(token.hash)
    else {
      throw ControlError(
        .unauthorized, "the token is none of this host's", remedy: "on the production host: quench token list")
    }
    guard token.isGood(at: Date()) else {
      throw ControlError(
        .unauthorized, "the token \(token.name) \(token.revoked == nil ? "has expired" : "was revoked")",
        remedy: "on the production host: quench token new \(token.name) --can promote")
    }
    return RemoteCaller(name: token.name, token: token.id, scopes: token.scopes)
  }

  /// Makes sure that a caller may ask for something, and writes down that it was asked for unless it only looks, or goes on
  /// with what was asked for.
  ///
  /// - Throws: `ControlError` with code `control-forbidden`.
  func admit(_ context: RemoteContext, to scope: AccessScope, _ request: Request) async throws -> RemoteCaller {
    guard let caller = context.caller, caller.scopes.contains(scope) else {
      await note("denied", context, request, ["reason": .text("the token is not good for \(scope.rawValue)")])
      throw ControlError(
        .forbidden, "the token \(context.caller?.name ?? "") is not good for \(scope.rawValue)",
        remedy: "on the production host: quench token new NAME --can "
          + (scope == .override ? "promote,override" : scope.rawValue))
    }
    let offset = request.uri.queryParameters["offset"],
      goesOn = request.method == .put && offset.map { $0 != "0" } == true
    if scope != .read, request.method != .get, !goesOn {
      await note("asked", context, request, ["scope": .text(scope.rawValue)])
    }
    return caller
  }

  private func note(
    _ kind: String, _ context: RemoteContext, _ request: Request, _ detail: [String: EventDetail]
  ) async {
    var known: [String: EventDetail] = [
      "peer": .text(context.peer), "method": .text(request.method.rawValue),
      "path": .text(String(request.uri.path.prefix(200))),
    ]
    if let token = context.caller?.token { known["token"] = .text(token) }
    await production.cold.note(
      LedgerEvent(kind, subject: context.caller?.name ?? "stranger", detail: known.merging(detail) { $1 }))
  }
}
