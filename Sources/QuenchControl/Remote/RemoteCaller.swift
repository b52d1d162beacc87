import Hummingbird
import NIOCore
import QuenchLedger

/// Who asks from afar, and what that one may ask for.
struct RemoteCaller: Sendable {
  /// The token's name; `client certificate` where that was enough.
  var name: String
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
