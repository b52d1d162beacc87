import Foundation
import QuenchConfiguration
import QuenchProcesses
import QuenchState
import SystemPackage

/// What is left of instances: their logs, which stay, and what killed commands left behind, which goes.
extension ProcessProvider {
  /// Keeps what the service, its hooks and its dependencies printed, and removes the rest of the folder.
  func keepLogs(in folder: InstanceFolder) {
    let files = FileManager.default
    let kept = state.logs(ofInstance: folder.name)
    try? files.createDirectory(
      atPath: kept.string, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    for name in (try? files.contentsOfDirectory(atPath: folder.path.string)) ?? []
    where name == "log" || name.hasSuffix(".log") {
      let target = kept.appending(name == "log" ? "service.log" : name).string
      try? files.removeItem(atPath: target)
      try? files.moveItem(atPath: folder.path.appending(name).string, toPath: target)
    }
    if let description = try? InstanceDescription(in: folder),
      let origin = try? JSONEncoder().encode(KeptDescription(description))
    {
      try? origin.write(to: URL(filePath: kept.appending(InstanceFolder.keptDescription).string))
    }
    TreeRemoval.remove(folder.path)
  }

  /// What is kept of an instance's description beside its logs: what it was.
  private struct KeptDescription: Encodable {
    struct Service: Encodable { var name: String }

    var service: Service
    var instance: Instance

    init(_ description: InstanceDescription) {
      service = Service(name: description.service.name)
      instance = description.instance
    }
  }

  /// Removes what a killed command left in a folder.
  public func removeLeftover(_ folder: InstanceFolder, listed: Set<String>?) async {
    // Production's databases outlive the sets that use them, also when none does.
    guard !folder.isStanding else { return }
    func isOver(_ owner: String?) -> Bool {
      guard let owner else { return listed.map { !$0.contains(folder.name) } ?? false }
      return ProcessOwner(owner)?.isOver(in: state) ?? false
    }
    if let description = try? InstanceDescription(in: folder) {
      if isOver(description.owner) { _ = await remove(description.instance) }
    } else if let shared = try? SharedDependencies(in: folder) {
      if isOver(shared.owner) { _ = await removeShared(folder) }
    } else if let listed, !listed.contains(folder.name), folder.isOlder(than: .seconds(600)) {
      // Its maker was killed before it could say what it is; nothing was started in it yet. What a set lists is left
      // alone: it runs, and only what is written about it cannot be read.
      TreeRemoval.remove(folder.path)
    }
  }
}

extension InstanceFolder {
  fileprivate func isOlder(than age: Duration) -> Bool {
    let made = (try? FileManager.default.attributesOfItem(atPath: path.string)[.modificationDate]) as? Date
    return made.map { $0.timeIntervalSinceNow < -Double(age.components.seconds) } ?? false
  }
}
