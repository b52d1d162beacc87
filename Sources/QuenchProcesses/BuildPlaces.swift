import Foundation
import SystemPackage

/// The places that a command which builds has beside its checkout.
public struct BuildPlaces: Sendable {
  /// Temporary files, which go when the command has ended.
  public let scratch: FilePath
  /// The modules that compilers keep: the slot's, or the command's own where nothing of earlier builds is used.
  public let modules: FilePath
  private let caches: DownloadCaches

  /// Names the places and makes their folders.
  ///
  /// - Parameters:
  ///   - scratch: the command's temporary folder.
  ///   - slot: the folder of the slot that the checkout is in.
  ///   - caches: where package managers keep what they download.
  ///   - isClean: whether nothing of earlier builds is used.
  public init(scratch: FilePath, slot: FilePath, caches: DownloadCaches, isClean: Bool = false) {
    self.scratch = scratch
    self.caches = caches
    modules = (isClean ? scratch : slot).appending("modules")
    var folders = [modules]
    if case .own(let folder) = caches { folders.append(folder) }
    for folder in folders {
      try? FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
    }
  }

  /// What the command has to be able to write.
  public var writable: [FilePath] { [scratch, modules] + caches.writable }

  /// What tells compilers and package managers of them.
  public var variables: [String: String] {
    caches.variables.merging([ProcessEnvironment.moduleCacheVariable: modules.string]) { $1 }
  }
}
