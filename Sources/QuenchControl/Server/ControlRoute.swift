import Hummingbird
import QuenchLedger

/// The routes of the control API; each is named as its operation in `openapi.yaml`.
enum ControlRoute: String, CaseIterable, Sendable {
  case status, promote, rollback, abort, freeze, unfreeze, startCold, stopCold, refreshRoutes, down, metrics,
    description, evidence, artifact, upload

  var path: String {
    switch self {
    case .status: "/v1/status"
    case .promote: "/v1/promotions"
    case .rollback: "/v1/rollbacks"
    case .abort: "/v1/abort"
    case .freeze, .unfreeze: "/v1/freeze"
    case .startCold: "/v1/cold/start"
    case .stopCold: "/v1/cold/stop"
    case .refreshRoutes: "/v1/routes"
    case .down: "/v1/down"
    case .metrics: "/metrics"
    case .description: "/v1/openapi.yaml"
    case .evidence: "/v1/evidence"
    case .artifact, .upload: "/v1/artifacts/{digest}"
    }
  }

  var method: HTTPRequest.Method {
    switch self {
    case .status, .metrics, .description, .artifact: .get
    case .freeze, .upload: .put
    case .unfreeze: .delete
    default: .post
    }
  }

  /// What a token has to be good for where it is asked for from afar; nil for what only this host's user may ask for.
  var scope: AccessScope? {
    switch self {
    case .status, .metrics, .description: .read
    case .promote, .abort, .evidence, .artifact, .upload: .promote
    case .rollback: .rollback
    case .freeze, .unfreeze: .freeze
    case .startCold, .stopCold, .refreshRoutes, .down: nil
    }
  }
}
