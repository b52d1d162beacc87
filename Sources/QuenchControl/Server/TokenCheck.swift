import Hummingbird
import QuenchState

/// Lets nobody ask for anything who does not show the token (`Authorization: Bearer …`).
struct TokenCheck<Context: RequestContext>: RouterMiddleware {
  let token: ControlToken

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let scheme = "Bearer "
    let words = request.headers[.authorization]
    guard let words, words.hasPrefix(scheme), token.isShown(by: String(words.dropFirst(scheme.count))) else {
      throw ControlError(
        .unauthorized, "the control plane is asked by somebody who does not show its token",
        remedy: "quench status, as the user who runs quench serve; the token stands beside the socket")
    }
    return try await next(request, context)
  }
}
