import Foundation
import QuenchConfiguration
import SystemPackage

/// An instance's data as they were before the service first ran, and the way back to them.
struct DataBaseline: Sendable {
  var folder: InstanceFolder
  var service: ServiceConfiguration
  var hooks: ServiceHooks

  /// The data folder that is copied; nil where the service has none, or brings commands of its own.
  private var data: FilePath? {
    service.data == nil || service.dataSnapshot != nil ? nil : folder.data(named: service.data)
  }

  /// Keeps the data as they are now.
  ///
  /// - Throws: `InstanceError` with code `hook-failed` or `instance-folder-unwritable`.
  func keep() async throws {
    do {
      if let data {
        try DirectoryCopy.removeLinks(from: folder.artifact, to: data)
        try FileManager.default.createDirectory(atPath: data.string, withIntermediateDirectories: true)
        try DirectoryCopy.copy(data, to: folder.baseline)
      }
    } catch {
      throw InstanceError(.folderUnwritable, "cannot copy the data of \(folder.path)", cause: error)
    }
    if let snapshot = service.dataSnapshot { try await hooks.run(snapshot, named: "data-snapshot") }
  }

  /// Puts the data back; the service must not be running.
  ///
  /// - Throws: `InstanceError` with code `hook-failed` or `instance-folder-unwritable`.
  func restore() async throws {
    do {
      if let data {
        try DirectoryCopy.removeLinks(from: folder.artifact, to: data)
        try DirectoryCopy.replaceContents(of: data, by: folder.baseline)
      }
    } catch {
      throw InstanceError(.folderUnwritable, "cannot put back the data of \(folder.path)", cause: error)
    }
    if let restore = service.dataRestore { try await hooks.run(restore, named: "data-restore") }
  }
}
