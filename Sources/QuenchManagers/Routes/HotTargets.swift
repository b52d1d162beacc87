import QuenchConfiguration
import QuenchInstances
import QuenchLedger

/// Which hot instances traffic may go to.
struct HotTargets: Sendable {
  var service: String
  var ledger: Ledger
  var provider: any InstanceProvider

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
      if try await ledger.isPassed(service: name, digest: instance.digest) { found.verified.insert(instance.digest) }
    }
    return found
  }
}

extension InstanceProvider {
  /// How the health of an instance is known; by its port alone where nothing is known of it.
  func check(of instance: Instance) -> HealthConfiguration {
    (try? service(of: instance))?.health ?? HealthConfiguration()
  }
}
