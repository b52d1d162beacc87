import Foundation
import QuenchManagers

/// The wire form of the hot set's state, `quench.hot/v1`.
struct HotStatusDocument: Encodable {
  typealias Member = StatusDocument.Member

  struct Retained: Encodable {
    var revision: String
    var digest: String
    var instances: [Member]
    var since: Date
    var ready: Bool
  }

  var schema = "quench.hot/v1"
  var revision: String?
  var digest: String?
  var baseline: String?
  var instances: [Member]
  var retained: [Retained]
  var move: String?
  var from: String?

  init(_ status: HotStatus?, move: HotMove? = nil) {
    revision = status?.revision
    digest = status?.digest
    baseline = status?.baseline
    instances = (status?.members ?? []).map(Member.init)
    retained = (status?.retained ?? []).map {
      Retained(
        revision: $0.revision, digest: $0.digest, instances: $0.members.map(Member.init), since: $0.since,
        ready: $0.isReady)
    }
    self.move = move?.kind.rawValue
    from = move?.from
  }
}
