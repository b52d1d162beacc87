import QuenchConfiguration
import QuenchInstances
import QuenchLedger
import QuenchSuites

/// Which hot instances traffic may go to.
struct HotTargets: Sendable {
  var service: String
  var ledger: Ledger
  var provider: any InstanceProvider
  /// The build that production is on; nil when nothing is promoted.
  var live: String?
  /// The suites that the gate asks for; nil for all that ever ran.
  var suites: [String]?

  /// The hot set as it is now, and which of its builds passed.
  ///
  /// While a verification has the set, it stands for what it returns to: what is being tested gets no other traffic.
  struct Found: Sendable, Hashable {
    var instances: [Instance] = []
    var verified: Set<String> = []
  }

  /// - Throws: `LedgerError`.
  func find() async throws -> Found {
    guard let set = try await ledger.loadSet(.hot, service: service) else { return Found() }
    let instances = set.baseline == nil ? set.instances : set.retained.first?.instances ?? []
    var found = Found(instances: instances)
    for instance in instances where !found.verified.contains(instance.digest) {
      // A verdict goes by the name that the revision gives the service.
      let name = (try? provider.service(of: instance))?.name ?? service
      let results = try await ledger.newestResults(service: name, digest: instance.digest)
      if Self.isVerified(results, suites: suites, isLive: instance.digest == live) {
        found.verified.insert(instance.digest)
      }
    }
    return found
  }

  /// Whether each suite that the gate asks for passed when it ran last; another one that passed since does not make up
  /// for it.
  ///
  /// On the build that production is on, one that never ran, such as a new one, is not missed.
  static func isVerified(_ results: [String: Outcome], suites: [String]?, isLive: Bool) -> Bool {
    let wanted = suites.flatMap { $0.isEmpty ? nil : $0 } ?? Array(results.keys)
    return !results.isEmpty && wanted.allSatisfy { results[$0].map { $0 == .passed } ?? isLive }
  }
}

extension InstanceProvider {
  /// How the health of an instance is known; by its port alone where nothing is known of it.
  func check(of instance: Instance) -> HealthConfiguration {
    (try? service(of: instance))?.health ?? HealthConfiguration()
  }
}
