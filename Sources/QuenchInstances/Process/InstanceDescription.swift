import Foundation
import QuenchConfiguration
import QuenchState
import SystemPackage

/// What stands in an instance's folder about it (format version 1), so that any later `quench` can stop or reset it.
///
/// Values of secrets are not among it; they are read anew where they are needed.
struct InstanceDescription: Codable, Sendable {
  var version = 1
  var instance: Instance
  /// The folder for temporary files, outside the instance's own because sockets need short paths.
  var temporary: String
  /// The `quench` that ends with it, or nil when the instance is kept.
  var owner: String?
  /// The `service` section as it was when the instance was made.
  var service: ServiceConfiguration
  /// What the dependencies of the whole set told the service.
  var exports: [String: String]
  /// The instance's own dependencies, in the order they were started.
  var dependencies: [RunningDependency]
  /// What the service may not even read.
  var denied: [String]
  /// The data folder of a cold instance, which it shares with those before and after it; nil for a hot one, and for a
  /// cold one from before services had folders of their own.
  var coldData: String?

  init(
    instance: Instance, temporary: FilePath, owner: String?, service: ServiceConfiguration, exports: [String: String],
    dependencies: [RunningDependency], denied: [FilePath], coldData: FilePath? = nil
  ) {
    self.instance = instance
    self.temporary = temporary.string
    self.owner = owner
    self.service = service
    self.exports = exports
    self.dependencies = dependencies
    self.denied = denied.map(\.string)
    self.coldData = coldData?.string
  }

  /// The data folder that the instance does not have to itself; nil for a hot one.
  func standingData(in state: StateDirectory) -> FilePath? {
    instance.temperature == .cold ? coldData.map { FilePath($0) } ?? state.coldData : nil
  }

  /// The service's own part of the temporary folder, which a reset empties.
  var temporaryOfService: FilePath { FilePath(temporary).appending("service") }
  /// The dependencies' part: one that goes on during a reset may have a socket there.
  var temporaryOfDependencies: FilePath { FilePath(temporary).appending("dependencies") }

  /// Makes both parts of the temporary folder, the service's empty.
  ///
  /// - Throws: `InstanceError` with code `instance-folder-unwritable`.
  func makeTemporaryFolders() throws(InstanceError) {
    do {
      try TemporaryDirectory(existing: FilePath(temporary)).restore()
      try FileManager.default.createDirectory(
        atPath: temporaryOfDependencies.string, withIntermediateDirectories: true)
      try DirectoryCopy.replaceContents(of: temporaryOfService, by: nil)
    } catch {
      throw InstanceError(.folderUnwritable, "cannot make the temporary folder \(temporary)", cause: error)
    }
  }

  init(in folder: InstanceFolder) throws(InstanceError) {
    do {
      self = try JSONDecoder().decode(
        InstanceDescription.self, from: Data(contentsOf: URL(filePath: folder.description.string)))
    } catch {
      throw InstanceError(
        .descriptionUnreadable, "cannot read what the instance in \(folder.path) is", remedy: "quench hot stop",
        cause: error)
    }
  }

  func write() throws(InstanceError) {
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
      let path = instance.folder.description.string
      try encoder.encode(self).write(to: URL(filePath: path), options: .atomic)
      // It may hold the address of a database with its password.
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    } catch {
      throw InstanceError(.folderUnwritable, "cannot write to \(instance.folder.path)", cause: error)
    }
  }
}
