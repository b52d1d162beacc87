import Foundation
import QuenchInstances
import QuenchLedger
import QuenchState
import SystemPackage

/// The logs of the instances in a state folder.
struct InstanceLogs {
  /// What one instance printed.
  struct Log {
    var id: String
    var path: FilePath
    /// The instance's folder, which is there until it is removed.
    var folder: FilePath
    /// When it last printed something.
    var written: Date
    /// What ran as the instance; nil where nothing tells any more.
    var origin: InstanceOrigin?

    var isLive: Bool { FileManager.default.fileExists(atPath: folder.string) }
  }

  var state: StateDirectory
  /// What the ledger knows of instances, by their names.
  var origins: [String: InstanceOrigin]

  /// The logs there are, newest first.
  func all() -> [Log] {
    let live = names(in: state.instances).compactMap { id in
      log(of: id, at: InstanceFolder(path: state.instances.appending(id)).log)
    }
    let removed = names(in: state.logs.appending("instances")).compactMap { id in
      log(of: id, at: state.logs(ofInstance: id).appending("service.log"))
    }
    return (live + removed).sorted { ($1.written, $0.id) < ($0.written, $1.id) }
  }

  private func log(of id: String, at path: FilePath) -> Log? {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path.string),
      let written = attributes[.modificationDate] as? Date
    else { return nil }
    let folder = state.instances.appending(id)
    return Log(
      id: id, path: path, folder: folder, written: written,
      origin: origins[id] ?? Description(at: InstanceFolder(path: folder).description)?.origin
        ?? Description(at: path.removingLastComponent().appending(InstanceFolder.keptDescription))?.origin)
  }

  private func names(in folder: FilePath) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder.string)) ?? []
  }
}

/// What stands in an instance's folder about it, or beside its logs, as far as it matters here.
private struct Description: Decodable {
  struct Service: Decodable { var name: String }

  var service: Service
  var instance: Instance

  var origin: InstanceOrigin { InstanceOrigin(service: service.name, revision: instance.revision) }

  init?(at path: FilePath) {
    guard let data = FileManager.default.contents(atPath: path.string),
      let read = try? JSONDecoder().decode(Self.self, from: data)
    else { return nil }
    self = read
  }
}
