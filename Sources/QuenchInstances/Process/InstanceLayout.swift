import Foundation
import QuenchBuild
import QuenchConfiguration
import QuenchState
import SystemPackage

/// An instance's files: how they are laid before its service first runs, and how they are put back to that.
///
/// The service may write all over its working directory, so going back means the artifact's bytes as well as the data.
/// They come from the store, hashed once more, or from a copy that was made after the service's `prepare` and that the
/// service cannot reach.
struct InstanceLayout: Sendable {
  var instance: Instance
  var service: ServiceConfiguration
  var store: BuildStore
  /// The data folder of a cold instance, which it shares with those before and after it; nil for a hot one.
  var standingData: FilePath?

  private var folder: InstanceFolder { instance.folder }
  /// The data folder: in the working directory when the service names one, else beside it.
  private var data: FilePath { folder.data(named: service.data) }
  /// The copy of the working directory after `prepare`; without a `prepare` it is just the artifact, and not copied.
  private var preparedArtifact: FilePath { folder.baseline.appending("artifact") }
  private var preparedData: FilePath { folder.baseline.appending("data") }
  /// Where data that are to stay wait until the working directory has been exchanged.
  private var keptData: FilePath { folder.path.appending("kept-data") }
  /// Where the next working directory is put together.
  private var next: FilePath { folder.path.appending("next") }

  /// Makes the instance's folder, and in it the parts that the service has no say in.
  ///
  /// - Throws: `InstanceError` with code `instance-folder-unwritable`.
  func makeFolder() throws(InstanceError) {
    try working("make the folder of") {
      TreeRemoval.remove(folder.path)
      for path in [folder.path, folder.snapshot, folder.baseline] {
        try FileManager.default.createDirectory(
          atPath: path.string, withIntermediateDirectories: true, attributes: [.posixPermissions: StateDirectory.mode])
      }
    }
  }

  /// Lays the artifact, and an empty data folder where it brings none.
  ///
  /// - Throws: `InstanceError`, or `BuildError` when the artifact's bytes cannot be had.
  func lay() async throws {
    try await store.unpack(digest, into: folder.artifact)
    try working("make the data folder of") {
      if let standingData {
        try linkData(to: standingData)
        return try link(standingData, at: folder.data(named: nil))
      }
      try makeWritableData(in: folder.artifact)
      // A fixed name for whoever looks into the instance's folder.
      if service.data != nil { try link(data, at: folder.data(named: nil)) }
    }
  }

  /// Keeps what the service's `prepare` made of the files; what a `data-snapshot` command takes care of is left out.
  ///
  /// - Throws: `InstanceError` with code `instance-folder-unwritable`.
  func keep() async throws {
    guard service.prepare != nil else { return }
    try await DiskExecutor.run {
      try working("copy the files of") {
        try makeData(in: folder.artifact)
        try DirectoryCopy.copy(
          folder.artifact, to: preparedArtifact, leavingOut: service.dataSnapshot == nil ? nil : data)
        if service.data == nil { try DirectoryCopy.copy(data, to: preparedData) }
      }
    }
  }

  /// Puts the files together beside the working directory, as they were before the service first ran.
  ///
  /// That takes the most time of a reset, and can be done while the service is still being stopped.
  ///
  /// - Throws: as ``lay()``.
  func prepareNext() async throws {
    let isCopied = FileManager.default.fileExists(atPath: preparedArtifact.string)
    try await DiskExecutor.run {
      TreeRemoval.remove(next)
      guard isCopied else { return }
      try working("copy the files of") { try DirectoryCopy.copy(preparedArtifact, to: next) }
    }
    if !isCopied { try await store.unpack(digest, into: next) }
    guard standingData == nil else { return }
    // What was copied has the modes that it had when the service's `prepare` was done with it.
    _ = try working("copy the files of") { try isCopied ? makeData(in: next) : makeWritableData(in: next) }
  }

  /// Has the working directory hold what was put together beside it; the service must not be running.
  ///
  /// The folder itself stays, for the processes of dependencies may stand in it.
  ///
  /// Data that are to stay are at every moment in one place or the other, so that whoever comes after a kill finds them.
  ///
  /// - Parameter keepingData: whether the data stay as the service left them.
  /// - Throws: `InstanceError` with code `instance-folder-unwritable`.
  func exchange(keepingData: Bool) throws(InstanceError) {
    try working("put back the files of") {
      if let standingData {
        try DirectoryCopy.moveContents(of: next, replacing: folder.artifact)
        return try linkData(to: standingData)
      }
      if keepingData, service.data != nil {
        if !FileManager.default.fileExists(atPath: keptData.string) {
          try move(try makeData(in: folder.artifact), to: keptData)
        }
      } else {
        TreeRemoval.remove(keptData)
      }
      try DirectoryCopy.moveContents(of: next, replacing: folder.artifact)
      if FileManager.default.fileExists(atPath: keptData.string) {
        TreeRemoval.remove(try makeData(in: folder.artifact))
        try move(keptData, to: data)
      }
      if !keepingData, service.data == nil {
        let source = FileManager.default.fileExists(atPath: preparedData.string) ? preparedData : nil
        try DirectoryCopy.replaceContents(of: data, by: source)
      }
    }
  }

  /// Has the data folder that the service names be the standing one, which gets what the artifact brings when it is new.
  private func linkData(to standing: FilePath) throws {
    let brought = service.data == nil ? nil : try makeWritableData(in: folder.artifact)
    if !FileManager.default.fileExists(atPath: standing.string) { try makeStanding(standing, of: brought) }
    guard let brought else { return }
    guard TreeRemoval.remove(brought) else { throw Errno.permissionDenied }
    try link(standing, at: brought)
  }

  /// Makes the standing data folder at once, for several instances may come upon its absence.
  private func makeStanding(_ standing: FilePath, of brought: FilePath?) throws {
    let files = FileManager.default
    let draft = FilePath("\(standing).\(instance.id)")
    try files.createDirectory(
      atPath: draft.string, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    if let brought {
      for name in try FolderListing.names(in: brought) {
        try DirectoryCopy.copy(brought.appending(name), to: draft.appending(name))
      }
    }
    guard rename(draft.string, standing.string) != 0 else { return }
    let failure = Errno(rawValue: errno)
    TreeRemoval.remove(draft)
    if !files.fileExists(atPath: standing.string) { throw failure }
  }

  private func move(_ path: FilePath, to target: FilePath) throws {
    guard rename(path.string, target.string) == 0 else { throw Errno(rawValue: errno) }
  }

  private var digest: ArtifactDigest {
    get throws {
      guard let digest = ArtifactDigest(instance.digest) else {
        throw InstanceError(.folderUnwritable, "\(instance.digest) is not the digest of a build")
      }
      return digest
    }
  }

  /// Makes sure that the data folder is a folder, and that no link on the way leads Quench's own copies elsewhere.
  @discardableResult
  private func makeData(in root: FilePath) throws -> FilePath {
    let path = service.data.map { root.appending(FilePath($0).components) } ?? data
    if service.data != nil { try DirectoryCopy.removeLinks(from: root, to: path) }
    try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
    return path
  }

  /// The same, of an artifact that was just unpacked: what that brings as data is the service's to change.
  @discardableResult
  private func makeWritableData(in root: FilePath) throws -> FilePath {
    let path = try makeData(in: root)
    if service.data != nil { try DirectoryCopy.makeWritable(path) }
    return path
  }

  private func link(_ target: FilePath, at path: FilePath) throws {
    guard symlink(target.string, path.string) == 0 else { throw Errno(rawValue: errno) }
  }

  private func working<Result>(_ what: String, _ body: () throws -> Result) throws(InstanceError) -> Result {
    do {
      return try body()
    } catch {
      throw InstanceError(.folderUnwritable, "cannot \(what) instance \(folder.path)", cause: error)
    }
  }
}
