import Hummingbird

/// The routes of the control API; each is named as its operation in `openapi.yaml`.
enum ControlRoute: String, CaseIterable, Sendable {
  case status, promote, rollback, abort, freeze, unfreeze, startCold, stopCold, refreshRoutes, down, metrics,
    description

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
    }
  }

  var method: HTTPRequest.Method {
    switch self {
    case .status, .metrics, .description: .get
    case .freeze: .put
    case .unfreeze: .delete
    default: .post
    }
  }
}
