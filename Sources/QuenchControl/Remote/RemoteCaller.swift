import Hummingbird
import NIOCore
import QuenchLedger

/// Who asks from afar, and what that one may ask for.
struct RemoteCaller: Sendable {
  /// What those are called whose certificate was enough.
  static let certified = "client certificate"

  /// The token's name, or ``certified``.
  var name: String
  /// The token's id; nil without one.
  var token: String?
  var scopes: Set<AccessScope>
}

/// What is known of a request from afar.
struct RemoteContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// The address that it came from.
  let peer: String
  /// Who asks; nil until that was looked at.
  var caller: RemoteCaller?

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    peer = source.channel.remoteAddress?.ipAddress ?? "unknown"
  }
}
