import Foundation
import QuenchInstances
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

    var isLive: Bool { FileManager.default.fileExists(atPath: folder.string) }
  }

  var state: StateDirectory

  /// Live instances first, then removed ones, each by name.
  func all() -> [Log] {
    let live = names(in: state.instances).map { id in
      Log(
        id: id, path: InstanceFolder(path: state.instances.appending(id)).log, folder: state.instances.appending(id))
    }
    let removed = names(in: state.logs.appending("instances")).map { id in
      Log(
        id: id, path: state.logs(ofInstance: id).appending("service.log"), folder: state.instances.appending(id))
    }
    return (live + removed).filter { FileManager.default.fileExists(atPath: $0.path.string) }
  }

  private func names(in folder: FilePath) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.string)) ?? []).sorted()
  }
}
