import Foundation
import QuenchInstances
import QuenchLedger
import SystemPackage

extension InstanceRecord {
  /// What the ledger keeps of an instance.
  init(_ instance: Instance) {
    self.init(
      id: instance.id, revision: instance.revision, digest: instance.digest, port: instance.port,
      folder: instance.folder.path.string, record: instance.folder.processRecord.string, since: instance.since,
      shared: instance.shared?.path.string)
  }
}

extension [InstanceRecord] {
  /// The instances as their folders describe them; one whose folder is gone is as the ledger knows it.
  var instances: [Instance] {
    map { record in
      let folder = InstanceFolder(path: FilePath(record.folder))
      return (try? Instance(in: folder))
        ?? Instance(
          id: record.id, temperature: record.id.hasPrefix("cold-") ? .cold : .hot, revision: record.revision,
          digest: record.digest, port: record.port,
          since: record.since, folder: folder, shared: record.shared.map { InstanceFolder(path: FilePath($0)) })
    }
  }
}

extension SetRecord {
  /// The set's own instances.
  var instances: [Instance] { members.instances }
}

extension SetRecord {
  /// When the build that the set is on was deployed.
  var deployed: Date { members.map(\.since).min() ?? .distantPast }
}

extension RetainedSet {
  /// The set's own instances.
  var instances: [Instance] { members.instances }

  /// When the retained build was deployed.
  var deployed: Date { members.map(\.since).min() ?? .distantPast }
}
