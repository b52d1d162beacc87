import Foundation
import QuenchState
import SystemPackage

/// Where things are in a build store: an OCI image layout, with folders of Quench's own beside `blobs`.
struct StoreLayout: Sendable {
  let root: FilePath

  var index: FilePath { root.appending(ImageDocuments.indexName) }
  var blobs: FilePath { root.appending("blobs").appending("sha256") }
  /// For each key a file that names the manifest, so that a lookup reads no more than that.
  var keys: FilePath { root.appending("keys") }
  /// For each digest an empty file whose time is that of its last use.
  var stamps: FilePath { root.appending("used") }
  /// Blobs that are being written.
  var drafts: FilePath { root.appending("drafts") }
  private var locks: FilePath { root.appending("locks") }

  /// Held shared while anything is read or written, exclusively while something is removed.
  var useLock: FileLock { FileLock(path: locks.appending("use.lock")) }
  /// Held while `index.json` is replaced.
  var indexLock: FileLock { FileLock(path: locks.appending("index.lock")) }

  func blob(_ hexadecimal: String) -> FilePath { blobs.appending(hexadecimal) }
  func layer(_ digest: ArtifactDigest) -> FilePath { blob(digest.description) }
  func key(_ key: BuildKey) -> FilePath { keys.appending(key.description) }
  func stamp(_ digest: ArtifactDigest) -> FilePath { stamps.appending(digest.description) }

  /// Whether there is a store at all.
  var exists: Bool { access(root.appending(ImageDocuments.layoutName).string, F_OK) == 0 }

  /// Whether nothing is missing: `locks` is the last folder that is made.
  private var isPrepared: Bool { exists && access(locks.string, F_OK) == 0 }

  /// Makes what is missing.
  ///
  /// - Throws: `BuildError` with code `store-unwritable` or `disk-full`.
  func prepare() throws(BuildError) {
    guard !isPrepared else { return }
    do {
      for folder in [blobs, keys, stamps, drafts, locks] {
        try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
      }
      // The layout file comes last: where it is, the folders are.
      if !exists { try DurableFile.replace(root.appending(ImageDocuments.layoutName), with: ImageDocuments.layout) }
    } catch {
      throw BuildError.writing(root, as: .storeUnwritable, error)
    }
  }

  /// Notes that an artifact is in use now.
  ///
  /// Failing to is no failure: it may then be removed earlier.
  func touch(_ digest: ArtifactDigest) {
    guard
      let file = try? FileDescriptor.open(
        stamp(digest), .writeOnly, options: [.create, .noFollow, .closeOnExec], permissions: [.ownerReadWrite])
    else { return }
    futimens(file.rawValue, nil)
    try? file.close()
  }

  /// When an artifact was last used.
  func lastUse(of digest: ArtifactDigest) -> Date {
    let status = (try? FolderListing.status(of: stamp(digest))) ?? (try? FolderListing.status(of: layer(digest)))
    #if canImport(Darwin)
      let time = status?.st_mtimespec
    #else
      let time = status?.st_mtim
    #endif
    guard let time else { return .distantPast }
    return Date(timeIntervalSince1970: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
  }
}
