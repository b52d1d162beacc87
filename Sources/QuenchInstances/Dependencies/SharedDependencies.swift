import Foundation
import QuenchConfiguration
import SystemPackage

/// The dependencies that all instances of one set share (`scope: set`), while they run.
public struct SharedDependencies: Sendable, Codable {
  /// Their folder.
  public var folder: InstanceFolder
  /// What they tell the services.
  public var exports: [String: String] { running.reduce(into: [:]) { $0.merge($1.exports) { $1 } } }

  var running: [RunningDependency]
  /// The `quench` that ends with them, as text; nil when they are kept.
  var owner: String?
  var temporary: String
  var denied: [String]

  init(in folder: InstanceFolder) throws(InstanceError) {
    do {
      self = try JSONDecoder().decode(
        SharedDependencies.self, from: Data(contentsOf: URL(filePath: folder.description.string)))
    } catch {
      throw InstanceError(
        .descriptionUnreadable, "cannot read which dependencies are in \(folder.path)", cause: error)
    }
  }

  init(folder: InstanceFolder, owner: String?, temporary: FilePath, denied: [FilePath]) {
    self.folder = folder
    self.owner = owner
    self.temporary = temporary.string
    self.denied = denied.map(\.string)
    running = []
  }

  func write() throws(InstanceError) {
    do {
      let path = folder.description.string
      try JSONEncoder().encode(self).write(to: URL(filePath: path), options: .atomic)
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    } catch {
      throw InstanceError(.folderUnwritable, "cannot write to \(folder.path)", cause: error)
    }
  }
}
