import Crypto
import Foundation
import QuenchDiagnostics
import QuenchGit
import SystemPackage

/// Reads a store's documents.
struct StoredImages {
  static let largestDocument = 64 << 20

  let layout: StoreLayout

  /// `index.json`; an empty one before anything was stored.
  ///
  /// - Throws: `BuildError` with code `store-unreadable`.
  func index() throws(BuildError) -> ImageIndex {
    do {
      return try JSONDecoder().decode(ImageIndex.self, from: read(layout.index))
    } catch Errno.noSuchFileOrDirectory {
      return ImageIndex()
    } catch {
      throw BuildError(
        .storeUnreadable, "cannot read the store's index \(layout.index)",
        remedy: "move \(layout.root) away; builds are then made anew", cause: error)
    }
  }

  /// The build that `keys/` names for a key or, where a writer was killed before it could say so, the index.
  ///
  /// - Throws: `BuildError` with code `store-unreadable`.
  func build(for key: BuildKey) throws(BuildError) -> StoredBuild? {
    if let name = try? read(layout.key(key)) {
      let named = build(manifest: String(decoding: name, as: UTF8.self).trimmed)
      if let named, named.key == key { return named }
    }
    let reference = BuildAnnotation.reference.rawValue
    let described = try index().manifests.last { $0.annotations?[reference] == key.description }
    return described.flatMap { build($0) }.flatMap { $0.key == key ? $0 : nil }
  }

  /// The build that an entry of the index describes; nil when it is not one, or not whole.
  func build(_ descriptor: ImageDescriptor) -> StoredBuild? { build(manifest: descriptor.digest) }

  /// The layer of an image that is there; nil when its manifest is not, or is not one of a single layer.
  func manifest(_ digest: String) -> ImageManifest? {
    guard let name = ArtifactDigest(digest)?.description, let data = try? read(layout.blob(name)),
      SHA256.hash(data: data).hexadecimal == name
    else { return nil }
    return try? JSONDecoder().decode(ImageManifest.self, from: data)
  }

  private func build(manifest digest: String) -> StoredBuild? {
    guard let manifest = manifest(digest), manifest.layers.count == 1, let layer = manifest.layers.first,
      layer.mediaType == ImageDescriptor.layerType, let digest = ArtifactDigest(layer.digest),
      let known = BuildProvenance(manifest.annotations),
      let status = try? FolderListing.status(of: layout.layer(digest)), Int64(status.st_size) == layer.size
    else { return nil }
    return StoredBuild(
      key: known.key, digest: digest, revision: known.revision, tree: known.tree, service: known.service,
      size: layer.size, seconds: known.seconds, mode: known.mode, isolation: known.isolation,
      lastUsed: layout.lastUse(of: digest))
  }

  /// The names and sizes of all blobs.
  ///
  /// - Throws: `BuildError` with code `store-unreadable`.
  func blobs() throws(BuildError) -> [(name: String, size: Int64)] {
    do {
      return try FolderListing.names(in: layout.blobs).compactMap { name in
        // Another process may be removing it.
        guard let status = try? FolderListing.status(of: layout.blobs.appending(name)) else { return nil }
        return (name.string, Int64(status.st_size))
      }
    } catch {
      throw BuildError(.storeUnreadable, "cannot list \(layout.blobs)", remedy: "ls -ld \(layout.blobs)", cause: error)
    }
  }

  private func read(_ path: FilePath) throws -> Data {
    let file = try FileDescriptor.open(path, .readOnly, options: [.noFollow, .closeOnExec])
    return try file.closeAfter {
      var data = Data()
      var chunk = [UInt8](repeating: 0, count: 64 << 10)
      while data.count <= Self.largestDocument {
        let count = try chunk.withUnsafeMutableBytes { try file.read(into: $0) }
        if count == 0 { return data }
        data.append(contentsOf: chunk.prefix(count))
      }
      throw Errno.fileTooLarge
    }
  }
}

extension String {
  /// The text without white space at its ends.
  fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
