import Crypto
import Foundation
import QuenchState
import SystemPackage

/// Keeps artifacts: an OCI image layout in which each build is an image with one uncompressed, deterministic layer.
///
/// Several processes may use one store at a time. Whoever is killed leaves it as it was or as it was to be.
public struct BuildStore: Sendable {
  /// The store's folder, which `skopeo inspect oci:ROOT:KEY` reads.
  public let root: FilePath
  let layout: StoreLayout

  /// Names a store; it is made when the first build is stored.
  public init(root: FilePath) {
    self.root = root
    layout = StoreLayout(root: root)
  }

  /// The build that a key leads to, which counts as a use of it; nil when it is not in the store.
  ///
  /// - Throws: `BuildError` with code `store-unreadable` or `store-unwritable`, or `CancellationError`.
  public func build(for key: BuildKey) async throws -> StoredBuild? {
    guard layout.exists else { return nil }
    let hold = try await hold(reason: "looking up a build")
    return try await DiskExecutor.run { [layout] in
      defer { withExtendedLifetime(hold) {} }
      let images = StoredImages(layout: layout)
      guard let found = try images.build(for: key) else { return nil }
      layout.touch(found.digest)
      return found
    }
  }

  /// Unpacks an artifact to a folder that does not exist yet or is empty.
  ///
  /// It is hashed while it is unpacked, from the same reading, and appears at `destination` only when the hash agrees.
  /// Files become read-only; folders can be written.
  ///
  /// - Throws: `BuildError` with code `artifact-missing`, `digest-mismatch`, `artifact-malformed`,
  ///   `destination-unwritable`, `disk-full` or `store-unreadable`; `CancellationError` when the task is cancelled.
  ///   Nothing is left at or beside `destination` then.
  public func unpack(_ digest: ArtifactDigest, into destination: FilePath) async throws {
    let extraction = ArchiveExtraction(archive: layout.layer(digest), digest: digest)
    guard layout.exists else { throw extraction.missing }
    let hold = try await hold(reason: "unpacking \(digest)")
    try await DiskExecutor.run { [layout] in
      defer { withExtendedLifetime(hold) {} }
      try extraction.unpack(to: destination)
      layout.touch(digest)
    }
  }

  /// Keeps everything in the store from being removed, as long as the result is held.
  ///
  /// For who looks a build up now and unpacks it later.
  ///
  /// - Throws: `BuildError` with code `store-unwritable` or `disk-full`, or `CancellationError`.
  public func hold(reason: String, onWait: (@Sendable (String) -> Void)? = nil) async throws -> FileLock.Held {
    try layout.prepare()
    return try await lock(layout.useLock, .shared, reason: reason, onWait: onWait)
  }

  func lock(
    _ lock: FileLock, _ mode: FileLock.Mode, reason: String, onWait: (@Sendable (String) -> Void)? = nil
  ) async throws -> FileLock.Held {
    do {
      return try await lock.acquire(mode, reason: reason, onWait: onWait)
    } catch let error as StateError {
      throw BuildError.writing(lock.path, as: .storeUnwritable, error)
    }
  }
}
